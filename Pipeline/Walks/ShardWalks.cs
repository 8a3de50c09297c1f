// Owner: the shard. A slice is a message of the shard's own block, so commands run between slices. Who posts it: on a busy shard the thread that has just run
// a message, when the budget allows it; on an idle one a ticker of the operation (performance.md 5.7: a third thread that owns the shard by turns makes the
// others queue behind it).

using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Keyspace;

namespace DragonflyFlow.Pipeline.Walks;

/// <summary>The walks that are under way on one shard. There is none on a shard that nobody walks, which is what a message checks.</summary>
internal sealed class ShardWalks : IContentKeeper
{
    /// <summary>Buckets of a slice at most: those of one segment, about 600 records.</summary>
    public const int BucketsPerSlice = 63;

    // Between two looks at the clock.
    private const int BucketsPerStep = 9;
    private const int SliceMicrosecondsMax = 50;
    private const int SlicesPerBurst = 64;

    // A piece of a big value costs about as much.
    private const int BucketsPerPiece = 32;

    // Of the records taken alone one in so many is timed.
    private const int RecordsPerSample = 64;

    private readonly ShardBlock _shard;
    private readonly List<ShardWalk> _walks = [];
    private readonly List<DatabaseTap> _taps = [];
    private readonly WalkSlice _slice;
    private IWalkConsumer? _ofIdleTime;
    private long _sliceTicks;
    private bool _isSlice;
    private int _taken;
    private int _charged;
    private int _records;
    private int _chargedRecords;

    private ShardWalks(ShardBlock shard)
    {
        _shard = shard;
        _slice = new WalkSlice(this);
        _sliceTicks = shard.TimestampFrequency * SliceMicrosecondsMax / 1_000_000;
        Budget = new WalkBudget((double)_sliceTicks / BucketsPerSlice);
    }

    /// <summary>What they may take of a busy shard's time.</summary>
    public WalkBudget Budget { get; }

    /// <summary>Makes slices shorter than they are, for one of the walks under way; all share them.</summary>
    public void Shorten(int microseconds) => _sliceTicks = Math.Min(_sliceTicks, _shard.TimestampFrequency * microseconds / 1_000_000);

    /// <summary>The walks under way, oldest first.</summary>
    public IReadOnlyList<ShardWalk> Active => _walks;

    /// <summary>Messages of others that the shard has run since somebody walks it: a ticker that sees no new one walks by itself.</summary>
    public long Messages { get; private set; }

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
        if (consumer.UsesIdleTime)
            walks._ofIdleTime ??= consumer;
        shard.Walks = walks;
        shard.Keyspace.ContentKeeper = walks;
        return walk;
    }

    /// <summary>After a message of the shard: the next slice, if the budget allows it and somebody wants it. A slice is no message of others.</summary>
    public void AfterMessage(long now)
    {
        if (_isSlice)
        {
            _isSlice = false;
            return;
        }

        Messages++;
        Budget.Charge(_taken - _charged, _records - _chargedRecords);
        (_charged, _chargedRecords) = (_taken, _records);
        if (Budget.Allows(now) && !_slice.IsUnderWay && Next() is not null)
            _slice.TryPost(_shard);
    }

    /// <summary>Runs one slice of the oldest walk that wants more; false if none does.</summary>
    public bool RunSlice()
    {
        _isSlice = true;
        if (Next() is not { } walk)
            return false;
        int before = _taken;
        long began = _shard.Timestamp();
        long now = began;
        for (int buckets = 0; buckets < BucketsPerSlice && now - began < _sliceTicks && !walk.HasEnded; buckets += BucketsPerStep)
        {
            walk.Advance(BucketsPerStep);
            now = _shard.Timestamp();
        }

        Budget.Sliced(_taken - before, now - began);
        return true;
    }

    /// <summary>Whether there is something to be done in time that I/O threads would sleep in. Any thread: what it says may be over.</summary>
    public bool WantsIdleTime => _ofIdleTime is { WantsMore: true };

    /// <summary>Runs a slice in time that nobody else wants: it is not charged. False if nothing was to be done.</summary>
    public bool RunIdleSlice()
    {
        _isSlice = true;
        (int taken, int records) = (_taken, _records);
        if (!WantsIdleTime || !RunSlice())
            return false;
        _charged += _taken - taken;
        _chargedRecords += _records - records;
        return true;
    }

    /// <summary>Runs slices on a shard that nobody asks for anything, until somebody does; false if nothing was to be done. Bounded all the same.</summary>
    public bool RunBurst()
    {
        int slices = 0;
        while (slices < SlicesPerBurst && !_shard.IsWaitedFor && _shard.Walks == this && RunSlice())
            slices++;
        _isSlice = true;
        (_charged, _chargedRecords) = (_taken, _records);
        Budget.Forgive();
        return slices > 0;
    }

    /// <inheritdoc />
    public bool Keeps(Database database)
    {
        DatabaseTap? tap = TapOf(database);
        return tap is not null && _walks.Exists(walk => walk.Needs(tap));
    }

    /// <inheritdoc />
    public void Take(Database emptied, Database content) => TapOf(emptied)!.Follow(content);

    /// <summary>A bucket is taken, by a slice or because it is about to change.</summary>
    internal void CountTaken() => _taken++;

    /// <summary>A record is taken alone, because it is about to change; when, if it is timed, else 0.</summary>
    internal long BeginRecord() => ++_records % RecordsPerSample == 0 ? _shard.Timestamp() : 0;

    /// <summary>A record that is timed has been taken.</summary>
    internal void EndRecord(long began) => Budget.TookRecord(_shard.Timestamp() - began);

    /// <summary>A part of something big is taken, which takes about as long as a slice of buckets.</summary>
    internal void CountPart() => _taken += BucketsPerSlice;

    /// <summary>A piece of what was put aside is taken.</summary>
    internal void CountAside() => _taken += BucketsPerPiece;

    internal void Leave(WalkedDatabase walked)
    {
        if (walked.Tap.Remove(walked))
            _taps.Remove(walked.Tap);
    }

    internal void Remove(ShardWalk walk)
    {
        _walks.Remove(walk);
        if (ReferenceEquals(_ofIdleTime, walk.Consumer))
            _ofIdleTime = _walks.Find(other => other.Consumer.UsesIdleTime)?.Consumer;
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
            tap = new DatabaseTap(database, this);
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
