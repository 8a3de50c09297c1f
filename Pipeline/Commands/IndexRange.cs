namespace DragonflyFlow.Pipeline.Commands;

/// <summary>Ranges of indexes as LRANGE, LTRIM and ZRANGE take them: inclusive, negative from the end, cut to what is there.</summary>
internal static class IndexRange
{
    /// <summary>Makes <paramref name="start"/> an index in 0..length-1 and returns how many elements the range has, 0 if none.</summary>
    public static long Resolve(ref long start, long stop, long length)
    {
        if (start < 0)
            start = Math.Max(0, start + length);
        stop = stop < 0 ? stop + length : Math.Min(stop, length - 1);
        if (start <= stop)
            return stop - start + 1;
        start = 0;
        return 0;
    }
}
