// Owner: the shard. A slice is a message of the shard's own block, so commands run between slices. Who posts it: on a busy shard the thread that has just run
// a message, when the gap since the last slice is over; on an idle one a ticker of the operation (performance.md 5.7: a third thread that owns the shard by
// turns makes the others queue behind it).

using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Keyspace;

namespace DragonflyFlow.Pipeline.Walks;

/// <summary>The walks that are under way on one shard. There is none on a shard that nobody walks, which is what a message checks.</summary>
internal sealed class ShardWalks : IContentKeeper
{
    /// <summary>Buckets of a slice: those of one segment, about 600 records and 50 us.</summary>
    public const int BucketsPerSlice = 63;

    private readonly ShardBlock _shard;
    private readonly List<ShardWalk> _walks = [];
    private readonly List<DatabaseTap> _taps = [];
    private readonly WalkSlice _slice;
    private long _sliceEnded;

    private ShardWalks(ShardBlock shard)
    {
        _shard = shard;
        _slice = new WalkSlice(this);
    }

    /// <summary>Timestamp ticks between the end of one slice and the begin of the next on a busy shard.</summary>
    public long GapTicks { get; set; }

    /// <summary>The walks under way, oldest first.</summary>
    public IReadOnlyList<ShardWalk> Active => _walks;

    /// <summary>Slices run so far: a ticker that sees no new one runs one itself.</summary>
    public long Slices { get; private set; }

    /// <summary>Registers a walk for <paramref name="consumer"/>; from inside a step of the shard. The state of the shard in this step is what it will give.</summary>
    /// <exception cref="ObjectDisposedException">The shard's memory has been released.</exception>
    public static ShardWalk Register(ShardBlock shard, string holder, IWalkConsumer consumer)
    {
        ShardWalks walks = shard.Walks ?? new ShardWalks(shard);
        ShardWalk walk = new(walks, consumer, shard.Keyspace.Arena.Lease(holder));
        for (int i = 0; i < shard.Keyspace.DatabaseCount; i++)
        {
            Database database = shard.Keyspace[i];
            if (database.Count > 0)
                walks.Enter(walk, database, i);
        }

        walks._walks.Add(walk);
        shard.Walks = walks;
        shard.Keyspace.ContentKeeper = walks;
        return walk;
    }

    /// <summary>After a message of a busy shard: the next slice, if it is time and somebody wants it.</summary>
    public void AfterMessage(long now)
    {
        if (now - _sliceEnded >= GapTicks && !_slice.IsUnderWay && Next() is not null)
            _slice.TryPost(_shard);
    }

    /// <summary>Runs one slice of the oldest walk that wants more; false if none does.</summary>
    public bool RunSlice()
    {
        if (Next() is not { } walk)
            return false;
        Slices++;
        walk.Advance(BucketsPerSlice);
        _sliceEnded = _shard.Timestamp();
        return true;
    }

    /// <inheritdoc />
    public bool Keeps(Database database)
    {
        DatabaseTap? tap = TapOf(database);
        return tap is not null && _walks.Exists(walk => walk.Needs(tap));
    }

    /// <inheritdoc />
    public void Take(Database emptied, Database content) => TapOf(emptied)!.Follow(content);

    internal void Leave(WalkedDatabase walked)
    {
        if (walked.Tap.Remove(walked))
            _taps.Remove(walked.Tap);
    }

    internal void Remove(ShardWalk walk)
    {
        _walks.Remove(walk);
        if (_walks.Count > 0)
            return;
        _shard.Walks = null;
        _shard.Keyspace.ContentKeeper = null;
    }

    private void Enter(ShardWalk walk, Database database, int number)
    {
        DatabaseTap? tap = TapOf(database);
        if (tap is null)
        {
            tap = new DatabaseTap(database);
            _taps.Add(tap);
        }

        WalkedDatabase walked = new(walk, tap, number, database.Table.OpenEpoch());
        tap.Add(walked);
        walk.Add(walked);
    }

    private DatabaseTap? TapOf(Database database) => _taps.Find(tap => ReferenceEquals(tap.Content, database));

    private ShardWalk? Next()
    {
        foreach (ShardWalk walk in _walks)
        {
            if (walk.Consumer.WantsMore)
                return walk;
        }

        return null;
    }
}
