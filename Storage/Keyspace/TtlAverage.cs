namespace DragonflyFlow.Storage.Keyspace;

/// <summary>A running average of the time that keys still have: each look counts for a fiftieth, as in Redis.</summary>
/// <param name="AverageMs">The average so far; 0 before the first look.</param>
internal readonly record struct TtlAverage(long AverageMs)
{
    private const int Looks = 50;

    /// <summary>With a look at so many keys that have so many milliseconds in all.</summary>
    public TtlAverage With(long sumMs, int keys)
    {
        if (keys == 0)
            return this;
        long seenMs = sumMs / keys;
        return new TtlAverage(AverageMs == 0 ? seenMs : AverageMs + ((seenMs - AverageMs) / Looks));
    }
}
