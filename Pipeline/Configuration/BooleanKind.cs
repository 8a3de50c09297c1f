using System.Diagnostics.CodeAnalysis;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>yes or no; true and false (Dragonfly's flags) are understood too.</summary>
internal sealed class BooleanKind : OptionKind<bool>
{
    public override string Name => "bool";

    public override string Range => "yes|no";

    public override bool TryParse(string text, bool current, out bool value, [NotNullWhen(false)] out string? error)
    {
        value = Is(text, "yes") || Is(text, "true");
        error = value || Is(text, "no") || Is(text, "false") ? null : "argument must be 'yes' or 'no'";
        return error is null;
    }

    public override string Format(bool value) => value ? "yes" : "no";

    private static bool Is(string text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
