// Concurrency rule: _active is guarded by _lock; _underWay is what the shards look at.

using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>The flushes of a node: begun in a hop of all shards, counted, and awaited by whoever wants to fill the slots again.</summary>
internal sealed class SlotFlushes(StoreEngine engine)
{
    private readonly Lock _lock = new();
    private readonly List<SlotFlush> _active = [];
    private int _underWay;
    private long _begun;
    private long _cut;
    private long _deleted;

    /// <summary>Whether any shard may still have old keys. Set while all shards are held.</summary>
    public bool AnyUnderWay => Volatile.Read(ref _underWay) != 0;

    /// <summary>Flushes under way.</summary>
    public int Active => Volatile.Read(ref _underWay);

    /// <summary>Flushes since the start.</summary>
    public long Begun => Interlocked.Read(ref _begun);

    /// <summary>Flushes that were cut short by a stop.</summary>
    public long Cut => Interlocked.Read(ref _cut);

    /// <summary>Keys deleted by flushes that have ended.</summary>
    public long Deleted => Interlocked.Read(ref _deleted);

    /// <summary>Ends when the flushes that are under way now have ended: no new migration of a slot starts before (fault F24).</summary>
    public Task WhenEndedAsync()
    {
        lock (_lock)
            return Task.WhenAll(_active.Select(flush => flush.Completion));
    }

    /// <summary>Deletes the keys of these slots, as of now. All shards are held. Null if there is nothing to delete.</summary>
    public SlotFlush? Begin(SlotSet slots)
    {
        SlotSet filled = slots.Where(slot => Array.Exists(engine.Shards, shard => shard.Slots!.KeysIn(slot) > 0));
        if (filled.IsEmpty)
            return null;
        SlotFlush flush = new(engine, this, filled);
        lock (_lock)
            _active.Add(flush);
        Interlocked.Increment(ref _underWay);
        flush.Start($"slot-flush-{Interlocked.Increment(ref _begun)}", Stage.Drivers);
        return flush;
    }

    /// <summary>A flush has left all shards.</summary>
    public void End(SlotFlush flush)
    {
        Interlocked.Add(ref _deleted, flush.Deleted);
        if (flush.WasCut)
            Interlocked.Increment(ref _cut);
        lock (_lock)
            _active.Remove(flush);
        Interlocked.Decrement(ref _underWay);
    }
}
