namespace DragonflyFlow.Pipeline.Commands;

/// <summary>
/// Glob patterns as KEYS, SCAN and PSUBSCRIBE take them: * any run, ? any byte, [abc] [a-z] [^a] one byte, \ takes the next byte as it is. Bytes, no text.
/// Time is at most pattern times text, whatever the number of stars.
/// </summary>
public static class Glob
{
    /// <summary>Whether all of <paramref name="text"/> matches.</summary>
    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool ignoreCase = false)
    {
        int at = 0;
        int next = 0;
        int afterStar = -1;
        int retryAt = 0;
        while (at < text.Length)
        {
            int step = next < pattern.Length ? MatchOne(pattern[next..], text[at], ignoreCase) : 0;
            if (step > 0)
            {
                next += step;
                at++;
            }
            else if (step == Star)
            {
                afterStar = ++next;
                retryAt = at;
            }
            else if (afterStar >= 0)
            {
                // The last star takes one byte more. Earlier ones need not be tried again: they can take no part that this one cannot.
                next = afterStar;
                at = ++retryAt;
            }
            else
            {
                return false;
            }
        }

        return pattern[next..].IndexOfAnyExcept((byte)'*') < 0;
    }

    /// <summary>Whether a pattern matches everything.</summary>
    public static bool IsAny(ReadOnlySpan<byte> pattern) => pattern.Length == 1 && pattern[0] == '*';

    private const int Star = -1;

    // Pattern bytes that match this byte of text; 0 if they do not; Star.
    private static int MatchOne(ReadOnlySpan<byte> pattern, byte value, bool ignoreCase)
    {
        switch (pattern[0])
        {
            case (byte)'*':
                return Star;
            case (byte)'?':
                return 1;
            case (byte)'[':
                return MatchClass(pattern, value, ignoreCase);
            case (byte)'\\' when pattern.Length > 1:
                return Same(pattern[1], value, ignoreCase) ? 2 : 0;
            default:
                return Same(pattern[0], value, ignoreCase) ? 1 : 0;
        }
    }

    // A class that is not closed reaches to the end of the pattern.
    private static int MatchClass(ReadOnlySpan<byte> pattern, byte value, bool ignoreCase)
    {
        int at = 1;
        bool negated = pattern.Length > 1 && pattern[1] == '^';
        if (negated)
            at++;
        bool found = false;
        for (; at < pattern.Length && pattern[at] != ']'; at++)
        {
            if (pattern[at] == '\\' && at + 1 < pattern.Length)
            {
                found |= Same(pattern[++at], value, ignoreCase: false);
            }
            else if (at + 2 < pattern.Length && pattern[at + 1] == '-')
            {
                found |= IsWithin(pattern[at], pattern[at + 2], value, ignoreCase);
                at += 2;
            }
            else
            {
                found |= Same(pattern[at], value, ignoreCase);
            }
        }

        return found != negated ? Math.Min(at + 1, pattern.Length) : 0;
    }

    private static bool IsWithin(byte first, byte last, byte value, bool ignoreCase)
    {
        if (first > last)
            (first, last) = (last, first);
        if (ignoreCase)
            (first, last, value) = (Lower(first), Lower(last), Lower(value));
        return value >= first && value <= last;
    }

    private static bool Same(byte a, byte b, bool ignoreCase) => a == b || (ignoreCase && Lower(a) == Lower(b));

    private static byte Lower(byte letter) => letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter | 0x20) : letter;
}
