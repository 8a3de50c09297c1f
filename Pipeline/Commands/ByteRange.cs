namespace DragonflyFlow.Pipeline.Commands;

/// <summary>Start and end (inclusive) as GETRANGE and BITCOUNT take them: negative numbers count from the end, what lies outside is cut off.</summary>
internal static class ByteRange
{
    /// <summary>The part of <paramref name="length"/> elements that is meant; may be empty. Redis's rule to the letter, odd cases included.</summary>
    public static Range Of(long start, long end, int length)
    {
        (long first, long last) = Clip(start, end, length);
        return first > last ? 0..0 : (int)first..(int)(last + 1);
    }

    /// <summary>First and last element (inclusive) of the part that is meant; nothing if first is above last.</summary>
    public static (long First, long Last) Clip(long start, long end, long length)
    {
        if (length == 0 || (start < 0 && end < 0 && start > end))
            return (0, -1);
        if (start < 0)
            start = Math.Max(start + length, 0);
        if (end < 0)
            end = Math.Max(end + length, 0);
        return (start, Math.Min(end, length - 1));
    }
}
