// Owner: the shard.

namespace DragonflyFlow.Pipeline.Walks;

/// <summary>
/// How much of a busy shard's time its walks may take: a share. What a change makes them take counts too, so under a storm of writes slices rest until the share is
/// kept again, and a walk lasts about as long as its work divided by the share, whoever does the work.
/// </summary>
/// <param name="ticksPerBucket">What a bucket is taken to cost before any has been measured.</param>
internal sealed class WalkBudget(double ticksPerBucket)
{
    // A saving of more than this would come back as a row of slices that commands wait for.
    private const int SavedBuckets = 64;
    private const int BucketsTelling = 16;
    private const int RecordsInBucket = 10;

    private readonly CostEstimate _bucket = new(ticksPerBucket);
    private readonly CostEstimate _record = new(ticksPerBucket / RecordsInBucket);
    private double _credit;
    private long _seenAt;

    /// <summary>The share of its time, 0 to 1; at 0 no slice follows a message.</summary>
    public double Share { get; set; }

    /// <summary>Whether a slice may run now.</summary>
    public bool Allows(long now)
    {
        _credit = Math.Min(_credit + (Share * (now - _seenAt)), SavedBuckets * _bucket.Ticks);
        _seenAt = now;
        return _credit >= 0 && Share > 0;
    }

    /// <summary>A slice took so many buckets in so many ticks; one that found most of them taken already says little about it.</summary>
    public void Sliced(int buckets, long ticks)
    {
        if (buckets >= BucketsTelling)
            _bucket.Saw((double)ticks / buckets);
    }

    /// <summary>A record that was about to change was taken in so many ticks; one of many says it for all of them.</summary>
    public void TookRecord(long ticks) => _record.Saw(ticks);

    /// <summary>So many buckets were taken, in slices of a busy shard or because they were about to change, and so many records alone.</summary>
    public void Charge(int buckets, int records = 0) => _credit -= (buckets * _bucket.Ticks) + (records * _record.Ticks);

    /// <summary>What was spent while nobody asked for anything is nobody's loss.</summary>
    public void Forgive() => _credit = Math.Max(_credit, 0);
}
