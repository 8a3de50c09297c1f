using System.Text;

namespace DragonflyFlow.Tests.Architecture;

/// <summary>C# source with comments and literals blanked out, line for line, so that rules look at code only.</summary>
internal static class CSharpText
{
    /// <summary>The code of <paramref name="source"/>: every character of a comment or of a text literal becomes a blank, line ends stay.</summary>
    public static string CodeOf(string source)
    {
        var code = new StringBuilder(source.Length);
        int at = 0;
        while (at < source.Length)
        {
            int end = EndOfBlank(source, at);
            if (end == at)
            {
                code.Append(source[at++]);
                continue;
            }

            for (; at < end; at++)
                code.Append(source[at] is '\n' or '\r' ? source[at] : ' ');
        }

        return code.ToString();
    }

    // Where the comment or literal that begins here ends; the same place if none begins here.
    private static int EndOfBlank(string source, int at)
    {
        if (Starts(source, at, "//"))
            return Find(source, "\n", at, keep: true);
        if (Starts(source, at, "/*"))
            return Find(source, "*/", at + 2, keep: false);
        if (source[at] == '\'')
            return EndOfQuoted(source, at + 1, '\'', escapes: true);

        int prefix = at;
        while (prefix < source.Length && source[prefix] is '$' or '@')
            prefix++;
        if (prefix >= source.Length || source[prefix] != '"' || (prefix > at && at > 0 && char.IsLetterOrDigit(source[at - 1])))
            return at;
        string marks = source[at..prefix];
        int quotes = 0;
        while (prefix + quotes < source.Length && source[prefix + quotes] == '"')
            quotes++;
        if (quotes >= 3)
            return Find(source, new string('"', quotes), prefix + quotes, keep: false);
        if (marks.Contains('$', StringComparison.Ordinal))
            return EndOfInterpolated(source, prefix + 1, marks.Contains('@', StringComparison.Ordinal));
        return EndOfQuoted(source, prefix + 1, '"', escapes: !marks.Contains('@', StringComparison.Ordinal));
    }

    private static int EndOfQuoted(string source, int at, char quote, bool escapes)
    {
        while (at < source.Length)
        {
            if (escapes && source[at] == '\\')
                at += 2;
            else if (!escapes && Starts(source, at, "\"\""))
                at += 2;
            else if (source[at++] == quote)
                break;
        }

        return Math.Min(at, source.Length);
    }

    // Holes may hold literals of their own.
    private static int EndOfInterpolated(string source, int at, bool verbatim)
    {
        int depth = 0;
        while (at < source.Length)
        {
            char c = source[at];
            if (depth == 0 && c == '"' && !(verbatim && Starts(source, at, "\"\"")))
                return at + 1;
            int inner = depth > 0 ? EndOfBlank(source, at) : at;
            if (inner > at)
            {
                at = inner;
                continue;
            }

            bool isPair = depth == 0 && (Starts(source, at, "{{") || Starts(source, at, "}}") || (verbatim && c == '"') || (!verbatim && c == '\\'));
            if (!isPair)
                depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            at += isPair ? 2 : 1;
        }

        return source.Length;
    }

    private static bool Starts(string source, int at, string with) => string.CompareOrdinal(source, at, with, 0, with.Length) == 0;

    private static int Find(string source, string what, int from, bool keep)
    {
        int found = source.IndexOf(what, Math.Min(from, source.Length), StringComparison.Ordinal);
        return found < 0 ? source.Length : keep ? found : found + what.Length;
    }
}
