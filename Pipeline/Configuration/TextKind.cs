using System.Diagnostics.CodeAnalysis;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>Any text; or, given <paramref name="only"/>, this text alone, and <paramref name="refusal"/> for every other.</summary>
internal sealed class TextKind(string? only = null, string? refusal = null) : OptionKind<string>
{
    public override string Name => "string";

    public override string Range => only is null ? "" : $"only '{only}'";

    public override bool TryParse(string text, string current, [MaybeNullWhen(false)] out string value, [NotNullWhen(false)] out string? error)
    {
        value = text;
        error = only is null || text.Equals(only, StringComparison.OrdinalIgnoreCase) ? null : refusal ?? $"argument must be '{only}'";
        return error is null;
    }
}
