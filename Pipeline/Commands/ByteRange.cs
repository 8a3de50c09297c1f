namespace DragonflyFlow.Pipeline.Commands;

/// <summary>Start and end (inclusive) as GETRANGE, BITCOUNT and BITPOS take them: negative numbers count from the end, what lies outside is cut off.</summary>
internal static class ByteRange
{
    /// <summary>Whether both ends count from the end and stand in the wrong order: empty for GETRANGE and BITCOUNT, whatever cutting off would make of it.</summary>
    public static bool IsBackwards(long start, long end) => start < 0 && end < 0 && start > end;

    /// <summary>First and last element (inclusive) of the part that is meant; nothing if first is above last.</summary>
    public static (long First, long Last) Clip(long start, long end, long length)
    {
        if (start < 0)
            start = Math.Max(start + length, 0);
        if (end < 0)
            end = Math.Max(end + length, 0);
        return (start, Math.Min(end, length - 1));
    }
}
