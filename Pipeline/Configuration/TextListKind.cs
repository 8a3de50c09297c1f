using System.Diagnostics.CodeAnalysis;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>Several texts without blanks in them, separated by blanks or commas.</summary>
internal sealed class TextListKind : OptionKind<IReadOnlyList<string>>
{
    private static readonly char[] Separators = [' ', ',', '\t'];

    public override string Name => "list";

    public override bool TryParse(
        string text, IReadOnlyList<string> current, [MaybeNullWhen(false)] out IReadOnlyList<string> value, [NotNullWhen(false)] out string? error)
    {
        value = text.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        error = null;
        return true;
    }

    public override string Format(IReadOnlyList<string> value) => string.Join(' ', value);
}
