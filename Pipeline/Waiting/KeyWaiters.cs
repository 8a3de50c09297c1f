// Owner: the shard, as its keyspace.

using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Waiting;

/// <summary>
/// The commands that wait for keys of one shard, in order of arrival for each key. Observes the keyspace and the ends of transactions only while there are
/// any. A change marks its key as ready; at the end of the transaction that made it, those who wait are served while there is something for them.
/// </summary>
internal sealed class KeyWaiters : IChangeObserver, ITransactionEnd
{
    private readonly ShardBlock _shard;
    private readonly Dictionary<byte[], List<BlockedCommand>>?[] _databases;
    private readonly Queue<(int Database, byte[] Key)> _ready = new();
    private int _keys;

    private KeyWaiters(ShardBlock shard)
    {
        _shard = shard;
        _databases = new Dictionary<byte[], List<BlockedCommand>>?[shard.Keyspace.DatabaseCount];
    }

    /// <summary>The shard's waiters, made and observing if they were not. Called by the shard's owner.</summary>
    public static KeyWaiters Of(ShardBlock shard)
    {
        if (shard.Waiters is { } waiters)
            return waiters;
        shard.Waiters = new KeyWaiters(shard);
        shard.TransactionEnd = shard.Waiters;
        shard.Keyspace.Observe(shard.Waiters);
        return shard.Waiters;
    }

    /// <summary>Puts a command at the end of a key's queue, once.</summary>
    public void Add(BlockedCommand command, ReadOnlySpan<byte> key)
    {
        var keys = _databases[command.Database] ??= new Dictionary<byte[], List<BlockedCommand>>(KeyBytes.Comparer);
        var lookup = keys.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(key, out List<BlockedCommand>? queue))
        {
            lookup[key] = queue = [];
            _keys++;
        }

        if (!queue.Contains(command))
            queue.Add(command);
    }

    /// <summary>Takes a command out of all queues here; the last one to leave ends the observing.</summary>
    public void Remove(BlockedCommand command)
    {
        (int first, int count) = command.Keys.GetOffsetAndLength(command.Args.Count);
        for (int i = first; i < first + count; i++)
        {
            if (_databases[command.Database] is not { } keys)
                return;
            var lookup = keys.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (!lookup.TryGetValue(command.Argument(i), out List<BlockedCommand>? queue) || !queue.Remove(command))
                continue;
            // Whoever came behind it may have waited for it only.
            if (queue.Count > 0)
                MarkReady(command.Database, command.Argument(i));
            else if (lookup.Remove(command.Argument(i)))
                _keys--;
        }
    }

    /// <summary>Ends the waiting of those for which <paramref name="errorOf"/> has an error.</summary>
    public void EndWhere(Func<BlockedCommand, string?> errorOf)
    {
        foreach (Dictionary<byte[], List<BlockedCommand>>? keys in _databases)
        {
            foreach (BlockedCommand command in keys?.Values.SelectMany(static queue => queue) ?? [])
            {
                if (errorOf(command) is { } error)
                    command.End(reply => reply.Error(error));
            }
        }
    }

    /// <summary>Whether one that waits for a key of these slots is about to be served in a transaction of its own.</summary>
    public bool IsServing(SlotSet slots)
        => Array.Exists(_databases, keys => keys?.Values.Any(queue => queue.Exists(command => command.IsRetrying && slots.Contains(command.Slot))) is true);

    /// <summary>Those who wait for this key, if any, are looked at when the transaction ends.</summary>
    public void MarkReady(int database, ReadOnlySpan<byte> key)
    {
        if (_databases[database] is { Count: > 0 } keys && keys.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out byte[]? kept, out _))
            _ready.Enqueue((database, kept));
    }

    /// <summary>Whether the key has what a command waits for.</summary>
    public bool IsReady(BlockedCommand command, ReadOnlySpan<byte> key) => command.Condition.IsMet(_shard.Keyspace[command.Database], command, key);

    /// <summary>Whether no other command that could be served has waited longer for the key.</summary>
    public bool IsFirst(BlockedCommand command, ReadOnlySpan<byte> key)
    {
        if (_databases[command.Database] is not { } keys || !keys.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out List<BlockedCommand>? queue))
            return false;
        foreach (BlockedCommand other in queue)
        {
            if (ReferenceEquals(other, command))
                return true;
            if (!other.IsOver && IsReady(other, key))
                return false;
        }

        return false;
    }

    /// <inheritdoc />
    public void BeforeChange(Database database, Slot slot)
    {
    }

    /// <inheritdoc />
    public void BeforeClear(Database database) => MarkAll(database.Index);

    /// <inheritdoc />
    public void BeforeSwap(Database first, Database second)
    {
        MarkAll(first.Index);
        MarkAll(second.Index);
    }

    /// <inheritdoc />
    public void AfterChange(Database database, ReadOnlySpan<byte> key, ChangeClass change, string name) => MarkReady(database.Index, key);

    /// <inheritdoc />
    public void Concluded(ShardBlock shard)
    {
        ServeReady();
        if (_keys == 0)
            Rest();
    }

    private void MarkAll(int database)
    {
        foreach (byte[] key in _databases[database]?.Keys ?? Enumerable.Empty<byte[]>())
            _ready.Enqueue((database, key));
    }

    // What serving pushes elsewhere (BLMOVE) may make further keys ready: they come to the end of the queue.
    private void ServeReady()
    {
        while (_ready.TryDequeue(out (int Database, byte[] Key) ready))
            ServeKey(ready.Database, ready.Key);
    }

    private void ServeKey(int database, byte[] key)
    {
        int at = 0;
        while (_databases[database] is { } keys && keys.TryGetValue(key, out List<BlockedCommand>? queue) && at < queue.Count)
        {
            BlockedCommand first = queue[at];
            if (first.IsOver)
                queue.RemoveAt(at);
            else if (!IsReady(first, key))
                at++;
            else if (first.IsRetrying || !first.TryServe(key))
                return;
        }

        if (_databases[database] is { } left && left.TryGetValue(key, out List<BlockedCommand>? emptied) && emptied.Count == 0)
        {
            left.Remove(key);
            _keys--;
        }
    }

    private void Rest()
    {
        if (!_shard.Keyspace.Unobserve(this))
            return;
        _shard.TransactionEnd = null;
        _shard.Waiters = null;
    }
}
