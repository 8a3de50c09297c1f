using System.Numerics;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// How durations are spread: counts by eighths of an octave of nanoseconds, so that what is read from it is at most an eighth too long. One writer; a reader
/// on another thread sees each count as it was at some moment.
/// </summary>
public sealed class DurationHistogram
{
    private const int PartsBits = 3;
    private const int Parts = 1 << PartsBits;

    // About a quarter of an hour: longer ones are counted as that.
    private const int OctaveMax = 39;
    private const int Buckets = (OctaveMax - PartsBits + 2) * Parts;

    private readonly long[] _counts = new long[Buckets];

    /// <summary>Durations.</summary>
    public long Count => _counts.Sum();

    /// <summary>The bucket of a duration.</summary>
    public static int BucketOf(long nanoseconds)
    {
        if (nanoseconds < Parts)
            return (int)Math.Max(0, nanoseconds);
        int octave = BitOperations.Log2((ulong)nanoseconds);
        return octave > OctaveMax ? Buckets - 1 : ((octave - PartsBits + 1) * Parts) + (int)((nanoseconds >> (octave - PartsBits)) & (Parts - 1));
    }

    /// <summary>Counts durations of this bucket.</summary>
    public void Add(int bucket, int durations = 1) => _counts[bucket] += durations;

    /// <summary>Adds all that another has counted.</summary>
    public void Add(DurationHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (int i = 0; i < Buckets; i++)
            _counts[i] += other._counts[i];
    }

    /// <summary>How many took less than a power of two of nanoseconds; beyond the longest that is told apart, all.</summary>
    public long CountBelow(long powerOfTwo)
    {
        long sum = 0;
        int end = powerOfTwo > 1L << OctaveMax ? Buckets : BucketOf(powerOfTwo);
        foreach (long count in _counts.AsSpan(0, end))
            sum += count;
        return sum;
    }

    /// <summary>Nanoseconds within which so many percent were done, as exact as the buckets are; 0 if there are none.</summary>
    public long Percentile(double percent)
    {
        long wanted = Math.Max(1, (long)((percent / 100 * Count) + 0.5));
        for (int i = 0; i < Buckets; i++)
        {
            wanted -= _counts[i];
            if (wanted <= 0)
                return EndOf(i) - 1;
        }

        return 0;
    }

    private static long EndOf(int bucket)
    {
        int octave = (bucket / Parts) + PartsBits - 1;
        return bucket < Parts ? bucket + 1 : (long)(Parts + (bucket % Parts) + 1) << (octave - PartsBits);
    }
}
