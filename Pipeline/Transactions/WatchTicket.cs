// Concurrency rule: a ticket's keys are changed and read only while all shards of its mask are held (WATCH, EXEC) or when nobody runs the client's
// commands (its session's turn). IsDirty is set by the shard of a watched key and read by the EXEC that holds that shard.

using System.Numerics;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>What one client watches between WATCH and EXEC. Ended once; an ended ticket that a shard still knows means nothing.</summary>
internal sealed class WatchTicket
{
    private readonly List<(int Database, byte[] Key)> _keys = [];
    private volatile bool _isDirty;

    /// <summary>Watched keys.</summary>
    public int Count => _keys.Count;

    /// <summary>Shards of the watched keys, one bit each.</summary>
    public ulong ShardMask { get; private set; }

    /// <summary>Whether a watched key has changed.</summary>
    public bool IsDirty => _isDirty;

    /// <summary>A watched key has changed.</summary>
    public void Spoil() => _isDirty = true;

    /// <summary>Watches a key; its shard is held. A key whose time has come is removed first: its end is no change.</summary>
    public void Add(ShardBlock shard, Database database, ReadOnlySpan<byte> key, ulong hash)
    {
        database.Find(key, hash, out _);
        byte[]? kept = KeyWatches.Of(shard).Add(database.Index, key, this);
        if (kept is null)
            return;
        _keys.Add((database.Index, kept));
        ShardMask |= 1UL << shard.Index;
    }

    /// <summary>Names the watched keys as locks.</summary>
    public void AddLocks(StoreEngine engine, List<KeyLock> into)
    {
        foreach ((_, byte[] key) in _keys)
        {
            ulong hash = KeyHash.Of(key);
            into.Add(new KeyLock(KeyHash.ShardOf(hash, engine.Shards.Length), hash, Exclusive: false));
        }
    }

    /// <summary>Whether nothing has changed up to now, expiry included. All shards of the mask are held.</summary>
    public bool Holds(StoreEngine engine)
    {
        foreach ((int database, byte[] key) in _keys)
        {
            ulong hash = KeyHash.Of(key);
            engine.Shards[KeyHash.ShardOf(hash, engine.Shards.Length)].Keyspace[database].Find(key, hash, out _);
        }

        return !_isDirty;
    }

    /// <summary>Ends the watching while all shards of the mask are held.</summary>
    public void EndHeld(StoreEngine engine)
    {
        for (ulong rest = ShardMask; rest != 0; rest &= rest - 1)
            Leave(engine.Shards[BitOperations.TrailingZeroCount(rest)]);
    }

    /// <summary>Ends the watching from outside the shards: each forgets the ticket when the message comes to it.</summary>
    public void End(StoreEngine engine) => engine.PostToShards(ShardMask, Leave);

    /// <summary>Looks at the watched keys of one shard, which is held: one whose time has come spoils the ticket.</summary>
    public void Look(StoreEngine engine, ShardBlock shard)
    {
        foreach ((int database, byte[] key) in _keys)
        {
            ulong hash = KeyHash.Of(key);
            if (KeyHash.ShardOf(hash, engine.Shards.Length) == shard.Index)
                shard.Keyspace[database].Find(key, hash, out _);
        }
    }

    /// <summary>Ends the watching on one shard, which is held.</summary>
    public void Leave(ShardBlock shard)
    {
        if (shard.Watches is { } watches)
            watches.Remove(_keys, this);
    }
}
