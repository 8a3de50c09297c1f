// Owner: the shard, but for IsWalked and Count, which the ticker of the end reads.

using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Pipeline.Snapshots.Modes;

/// <summary>A relaxed snapshot on one shard: from the cut on it knows which keys have changed, so that they can be written again behind the walk.</summary>
internal sealed class RelaxedTail
{
    private readonly ShardBlock _shard;
    private readonly string _holder;
    private readonly ChangedKeySet _changed;
    private ArenaLease? _lease;
    private bool _isWalked;

    public RelaxedTail(ShardBlock shard, string holder, Action<string> cannotFollow)
    {
        _shard = shard;
        _holder = holder;
        _changed = new ChangedKeySet(cannotFollow);
    }

    /// <summary>Whether the walk has given everything: what comes now is what changed.</summary>
    public bool IsWalked => Volatile.Read(ref _isWalked);

    /// <summary>Keys to be written again; a reading by another thread may be a moment old.</summary>
    public int Count => _changed.Count;

    /// <summary>In the step of the cut.</summary>
    public void Begin()
    {
        _lease = _shard.Keyspace.Arena.Lease(_holder);
        _shard.Keyspace.Observe(_changed);
    }

    /// <summary>The walk has ended.</summary>
    public void Walked() => Volatile.Write(ref _isWalked, true);

    /// <summary>Takes a key that is to be written again; null if there is none.</summary>
    public ChangedKey? Take() => _changed.TryTake(out ChangedKey? key) ? key : null;

    /// <summary>Leaves the shard. Idempotent.</summary>
    public void End()
    {
        _shard.Keyspace.Unobserve(_changed);
        _lease?.Release();
    }
}
