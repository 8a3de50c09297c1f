// Owner: the shard.

using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Walks;

/// <summary>How far one walk is in one database: the epoch it was registered with, and where it goes on.</summary>
internal sealed class WalkedDatabase(ShardWalk walk, DatabaseTap tap, int number, TableEpoch epoch)
{
    // Records lie anywhere in memory, and most cost a miss of the cache and one of the translation of addresses: those of some buckets are fetched at a time.
    private const int BucketsAhead = 4;

    private WalkCursor _cursor;
    private WalkCursor _ahead;

    public ShardWalk Walk => walk;

    public DatabaseTap Tap => tap;

    /// <summary>The number that the database had at the cut: SWAPDB may have given it another since.</summary>
    public int Number => number;

    public TableEpoch Epoch => epoch;

    /// <summary>The share of the database that is behind the walk, 0 to 1.</summary>
    public double Progress => _cursor.Progress;

    /// <summary>Goes on by up to so many buckets; returns how many it visited, and false at the end.</summary>
    public bool Advance(int bucketsMax, out int visited)
    {
        DashTable table = tap.Content.Table;
        if (_ahead == default)
            Prefetch(table, BucketsAhead);
        for (visited = 0; visited < bucketsMax; visited++)
        {
            WalkCursor here = _cursor;
            if (!table.TryWalk(ref _cursor, out BucketRef bucket))
                return false;
            if (walk.Consumer.TakesParts && epoch.IsAfter(bucket) && walk.Consumer.TakePart(tap.Content, epoch.LeftOf(bucket)))
            {
                // A part is as much work as a slice: the clock is looked at before the next.
                _cursor = here;
                tap.CountPart();
                visited = bucketsMax;
                return true;
            }

            Prefetch(table, 1);
            tap.Take(bucket);
        }

        return !_cursor.IsFinished;
    }

    // Splits in between make it fetch too early, or what has been taken: nothing but time is lost.
    private void Prefetch(DashTable table, int buckets)
    {
        for (; buckets > 0 && table.TryWalk(ref _ahead, out BucketRef coming); buckets--)
        {
            if (epoch.IsAfter(coming))
                table.PrefetchRecords(epoch.LeftOf(coming));
        }
    }
}
