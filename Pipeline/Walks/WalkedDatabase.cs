// Owner: the shard.

using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Walks;

/// <summary>How far one walk is in one database: the epoch it was registered with, and where it goes on.</summary>
internal sealed class WalkedDatabase(ShardWalk walk, DatabaseTap tap, int number, TableEpoch epoch)
{
    private WalkCursor _cursor;

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
        for (visited = 0; visited < bucketsMax; visited++)
        {
            if (!table.TryWalk(ref _cursor, out BucketRef bucket))
                return false;
            tap.Take(bucket);
        }

        return !_cursor.IsFinished;
    }
}
