using System.Diagnostics.CodeAnalysis;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>One of the members of an enum, by names of Redis's spelling, given in the enum's order.</summary>
internal sealed class ChoiceKind<TEnum>(params string[] names) : OptionKind<TEnum>
    where TEnum : struct, Enum
{
    private static readonly TEnum[] Members = Enum.GetValues<TEnum>();

    public override string Name => "choice";

    public override string Range => string.Join('|', names);

    public override bool TryParse(string text, TEnum current, out TEnum value, [NotNullWhen(false)] out string? error)
    {
        int at = Array.FindIndex(names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        value = at < 0 ? default : Members[at];
        error = at < 0 ? $"argument(s) must be one of the following: {string.Join(", ", names)}" : null;
        return error is null;
    }

    public override string Format(TEnum value) => names[Array.IndexOf(Members, value)];
}
