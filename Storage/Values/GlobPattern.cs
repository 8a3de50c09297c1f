namespace DragonflyFlow.Storage.Values;

/// <summary>
/// Glob patterns as Redis reads them (KEYS, SCAN MATCH, PSUBSCRIBE, CONFIG GET): * any run, ? any byte, [a-z] [^x] classes, \ takes the next byte as it is.
/// A pattern is matched by going back to the last star only, so the work is at most pattern times text: no pattern can make it explode.
/// </summary>
public static class GlobPattern
{
    /// <summary>Whether the whole of <paramref name="text"/> matches; ASCII letters match in any case if asked.</summary>
    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool ignoreCase = false)
    {
        // Redis does not look at the pattern when there is no text: "**" matches everything but the empty string. ("*" alone is never asked, see IsAll.)
        if (text.IsEmpty)
            return pattern.IsEmpty;
        int at = 0;
        int textAt = 0;
        int afterStar = -1;
        int starTextAt = 0;
        while (textAt < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                at = SkipStars(pattern, at);
                if (at == pattern.Length)
                    return true;
                afterStar = at;
                starTextAt = textAt;
            }
            else if (at < pattern.Length && MatchOne(pattern, ref at, text[textAt], ignoreCase))
            {
                textAt++;
            }
            else if (afterStar >= 0)
            {
                at = afterStar;
                textAt = ++starTextAt;
            }
            else
            {
                return false;
            }
        }

        return SkipStars(pattern, at) == pattern.Length;
    }

    /// <summary>Whether a pattern is the one that matches everything, the empty string included.</summary>
    public static bool IsAll(ReadOnlySpan<byte> pattern) => pattern.Length == 1 && pattern[0] == '*';

    private static int SkipStars(ReadOnlySpan<byte> pattern, int at)
    {
        while (at < pattern.Length && pattern[at] == '*')
            at++;
        return at;
    }

    // One byte of text against what stands at a place of the pattern, which is moved behind it.
    private static bool MatchOne(ReadOnlySpan<byte> pattern, ref int at, byte letter, bool ignoreCase)
    {
        byte token = pattern[at];
        if (token == '[')
            return MatchClass(pattern, ref at, letter, ignoreCase);
        if (token == '\\' && at + 1 < pattern.Length)
            token = pattern[++at];
        else if (token == '?')
            token = letter;
        at++;
        return Fold(token, ignoreCase) == Fold(letter, ignoreCase);
    }

    // A class that is not closed ends with the pattern.
    private static bool MatchClass(ReadOnlySpan<byte> pattern, ref int at, byte letter, bool ignoreCase)
    {
        at++;
        bool negated = at < pattern.Length && pattern[at] == '^';
        if (negated)
            at++;
        bool match = false;
        letter = Fold(letter, ignoreCase);
        for (; at < pattern.Length; at++)
        {
            int left = pattern.Length - at;
            if (left >= 2 && pattern[at] == '\\')
            {
                match |= Fold(pattern[++at], ignoreCase) == letter;
            }
            else if (pattern[at] == ']')
            {
                at++;
                break;
            }
            else if (left >= 3 && pattern[at + 1] == '-')
            {
                match |= IsWithin(letter, Fold(pattern[at], ignoreCase), Fold(pattern[at + 2], ignoreCase));
                at += 2;
            }
            else
            {
                match |= Fold(pattern[at], ignoreCase) == letter;
            }
        }

        return match != negated;
    }

    // Redis compares signed bytes: those from 128 on come before all others.
    private static bool IsWithin(byte letter, byte first, byte last)
        => (sbyte)letter >= Math.Min((sbyte)first, (sbyte)last) && (sbyte)letter <= Math.Max((sbyte)first, (sbyte)last);

    private static byte Fold(byte letter, bool ignoreCase)
        => ignoreCase && letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter | 0x20) : letter;
}
