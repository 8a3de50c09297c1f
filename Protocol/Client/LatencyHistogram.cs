using System.Numerics;

namespace DragonflyFlow.Protocol.Client;

/// <summary>
/// Counts latencies in buckets whose width grows with the value, so that each is known to within 1% (the idea of HdrHistogram). 0 ns to 2^63 ns, 58 KB,
/// no allocation per record. One thread at a time; the histograms of several threads are added up afterwards.
/// </summary>
public sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private const int SubBuckets = 1 << SubBits;

    private readonly long[] _buckets = new long[(64 - SubBits) * SubBuckets];
    private double _sumNs;

    /// <summary>Latencies recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The longest, exactly.</summary>
    public long MaxNs { get; private set; }

    /// <summary>The mean, or 0.</summary>
    public double MeanNs => Count == 0 ? 0 : _sumNs / Count;

    /// <summary>Counts one latency.</summary>
    public void RecordNs(long latencyNs)
    {
        latencyNs = Math.Max(latencyNs, 0);
        _buckets[IndexOf(latencyNs)]++;
        Count++;
        _sumNs += latencyNs;
        MaxNs = Math.Max(MaxNs, latencyNs);
    }

    /// <summary>The latency that <paramref name="percent"/> (0 to 100) of all do not exceed, to within 1%; 0 when there is none.</summary>
    public long PercentileNs(double percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        long rank = Math.Max(1, (long)Math.Ceiling(Count * percent / 100));
        long seen = 0;
        for (int i = 0; i < _buckets.Length; i++)
        {
            seen += _buckets[i];
            if (seen >= rank)
                return Math.Min(HighestOf(i), MaxNs);
        }

        return MaxNs;
    }

    /// <summary>Adds what another has counted.</summary>
    public void Add(LatencyHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (int i = 0; i < _buckets.Length; i++)
            _buckets[i] += other._buckets[i];
        Count += other.Count;
        _sumNs += other._sumNs;
        MaxNs = Math.Max(MaxNs, other.MaxNs);
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Array.Clear(_buckets);
        Count = MaxNs = 0;
        _sumNs = 0;
    }

    // Values below 128 have a bucket each; from there on every power of two has 128 buckets.
    private static int IndexOf(long value)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)value) - SubBits);
        return (shift * SubBuckets) + (int)(value >> shift);
    }

    private static long HighestOf(int index)
    {
        int shift = Math.Max(0, (index / SubBuckets) - 1);
        long sub = index - ((long)shift * SubBuckets);
        return ((sub + 1) << shift) - 1;
    }
}
