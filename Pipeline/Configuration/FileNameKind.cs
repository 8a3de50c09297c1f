using System.Diagnostics.CodeAnalysis;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>The name of a file without a directory; nothing for none.</summary>
internal sealed class FileNameKind : OptionKind<string>
{
    public override string Name => "name";

    public override bool TryParse(string text, string current, [MaybeNullWhen(false)] out string value, [NotNullWhen(false)] out string? error)
    {
        value = text;
        error = IsName(text) ? null : "dbfilename can't be a path, just a filename";
        return error is null;
    }

    /// <summary>Whether a text names a file and no directory.</summary>
    internal static bool IsName(string text) => text.IndexOfAny(['/', '\\', '\0']) < 0 && text is not ("." or "..");
}
