using System.Numerics;

namespace DragonflyFlow.Perf.Load;

/// <summary>
/// Latencies in log-linear buckets: exact below 64 us, then 64 buckets to each doubling, so that a value read back is at most 1.6% below the one
/// recorded. Mergeable. One thread at a time.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int Steps = 64;
    private const int StepBits = 6;
    private const int Doublings = 34;

    private readonly long[] _counts = new long[Steps * (Doublings + 1)];
    private long _maxUs;

    /// <summary>Values recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The longest, in milliseconds.</summary>
    public double MaxMs => _maxUs / 1000.0;

    /// <summary>Records <paramref name="times"/> requests that took so long.</summary>
    public void Record(long latencyUs, long times = 1)
    {
        latencyUs = Math.Clamp(latencyUs, 0, LowestOf(_counts.Length - 1));
        _counts[BucketOf(latencyUs)] += times;
        Count += times;
        _maxUs = Math.Max(_maxUs, latencyUs);
    }

    /// <summary>Adds another histogram.</summary>
    public void Add(LatencyHistogram other)
    {
        for (int bucket = 0; bucket < _counts.Length; bucket++)
            _counts[bucket] += other._counts[bucket];
        Count += other.Count;
        _maxUs = Math.Max(_maxUs, other._maxUs);
    }

    /// <summary>The latency, in milliseconds, that <paramref name="percent"/> of the values do not exceed; 0 if nothing was recorded.</summary>
    public double PercentileMs(double percent)
    {
        if (Count == 0)
            return 0;
        long wanted = Math.Max(1, (long)Math.Ceiling(percent / 100 * Count));
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted)
                return LowestOf(bucket) / 1000.0;
        }

        return MaxMs;
    }

    private static int BucketOf(long us)
    {
        if (us < Steps)
            return (int)us;
        int doubling = BitOperations.Log2((ulong)us) - StepBits;
        return (Steps * (doubling + 1)) + (int)((us >> doubling) - Steps);
    }

    private static long LowestOf(int bucket)
        => bucket < Steps ? bucket : (long)(Steps + (bucket % Steps)) << ((bucket / Steps) - 1);
}
