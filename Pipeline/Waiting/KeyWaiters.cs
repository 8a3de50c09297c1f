// Owner: the shard, as its keyspace.

using System.Diagnostics.CodeAnalysis;
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
    private readonly KeyQueues?[] _databases;
    private readonly Queue<KeyQueue> _ready = new();
    private KeyQueue? _serving;
    private int _keys;

    private KeyWaiters(ShardBlock shard)
    {
        _shard = shard;
        _databases = new KeyQueues?[shard.Keyspace.DatabaseCount];
    }

    private IEnumerable<KeyQueue> All => _databases.SelectMany(static queues => queues?.All ?? Enumerable.Empty<KeyQueue>());

    /// <summary>The shard's waiters, observing if they were not. Called by the shard's owner.</summary>
    public static KeyWaiters Of(ShardBlock shard)
    {
        if (shard.Waiters is { } waiters)
            return waiters;
        shard.RestingWaiters ??= new KeyWaiters(shard);
        shard.Waiters = shard.RestingWaiters;
        shard.TransactionEnd = shard.Waiters;
        shard.Keyspace.Observe(shard.Waiters);
        return shard.Waiters;
    }

    /// <summary>Puts a command at the end of a key's queue, once.</summary>
    public void Add(BlockedCommand command, ReadOnlySpan<byte> key)
    {
        KeyQueues queues = _databases[command.Database] ??= new KeyQueues(command.Database);
        if (!queues.TryFind(key, out KeyQueue? queue))
        {
            queue = queues.Add(key);
            _keys++;
        }

        // A key that is named twice: nobody has come between.
        if (queue.Commands is not [.., { } last] || !ReferenceEquals(last, command))
            queue.Commands.Add(command);
    }

    /// <summary>Takes a command out of all queues here; the last one to leave ends the observing.</summary>
    public void Remove(BlockedCommand command)
    {
        (int first, int count) = command.Keys.GetOffsetAndLength(command.Args.Count);
        for (int i = first; i < first + count; i++)
        {
            if (!TryFind(command.Database, command.Argument(i), out KeyQueue? queue) || !queue.Commands.Remove(command) || queue == _serving)
                continue;
            // Whoever came behind it may have waited for it only.
            if (queue.Commands.Count > 0)
                Mark(queue);
            else
                DropIfOver(queue);
        }
    }

    /// <summary>Ends the waiting of those for which <paramref name="errorOf"/> has an error.</summary>
    public void EndWhere(Func<BlockedCommand, string?> errorOf)
    {
        foreach (BlockedCommand command in All.SelectMany(static queue => queue.Commands))
        {
            if (errorOf(command) is { } error)
                command.End(reply => reply.Error(error));
        }
    }

    /// <summary>Whether one that waits for a key of these slots is about to be served in a transaction of its own.</summary>
    public bool IsServing(SlotSet slots) => All.Any(queue => queue.Commands.Exists(command => command.IsRetrying && slots.Contains(command.Slot)));

    /// <summary>Those who wait for this key, if any, are looked at when the transaction ends.</summary>
    public void MarkReady(int database, ReadOnlySpan<byte> key)
    {
        if (TryFind(database, key, out KeyQueue? queue))
            Mark(queue);
    }

    /// <summary>Whether the key has what a command waits for.</summary>
    public bool IsReady(BlockedCommand command, ReadOnlySpan<byte> key) => command.Condition.IsMet(_shard.Keyspace[command.Database], command, key);

    /// <summary>Whether no other command that could be served has waited longer for the key.</summary>
    public bool IsFirst(BlockedCommand command, ReadOnlySpan<byte> key)
    {
        if (!TryFind(command.Database, key, out KeyQueue? queue))
            return false;
        foreach (BlockedCommand other in queue.Commands)
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
        // What serving pushes elsewhere (BLMOVE) may make further keys ready: they come to the end of the queue.
        while (_ready.TryDequeue(out KeyQueue? queue))
            Serve(queue);
        if (_keys == 0)
            Rest();
    }

    private bool TryFind(int database, ReadOnlySpan<byte> key, [NotNullWhen(true)] out KeyQueue? queue)
    {
        queue = null;
        return _databases[database] is { } queues && queues.TryFind(key, out queue);
    }

    private void Mark(KeyQueue queue)
    {
        if (queue.IsMarked)
            return;
        queue.IsMarked = true;
        _ready.Enqueue(queue);
    }

    private void MarkAll(int database)
    {
        foreach (KeyQueue queue in _databases[database]?.All ?? Enumerable.Empty<KeyQueue>())
            Mark(queue);
    }

    private void Serve(KeyQueue queue)
    {
        queue.IsMarked = false;
        _serving = queue;
        ServeFirst(queue);
        _serving = null;
        DropIfOver(queue);
    }

    private void ServeFirst(KeyQueue queue)
    {
        WaitCondition? unmet = null;
        for (int at = 0; at < queue.Commands.Count;)
        {
            BlockedCommand first = queue.Commands[at];
            if (first.IsOver)
            {
                queue.Commands.RemoveAt(at);
            }
            else if (ReferenceEquals(first.Condition, unmet) || !IsReady(first, queue.Key))
            {
                // Those who wait for the same as one who waits on wait on too.
                unmet = first.Condition;
                at++;
            }
            else if (first.IsRetrying || !first.TryServe(queue.Key))
            {
                return;
            }
        }
    }

    // One that is marked is looked at once more, and then.
    private void DropIfOver(KeyQueue queue)
    {
        if (queue.Commands.Count > 0 || queue.IsMarked)
            return;
        _databases[queue.Database]!.Drop(queue);
        _keys--;
    }

    private void Rest()
    {
        if (!_shard.Keyspace.Unobserve(this))
            return;
        _shard.TransactionEnd = null;
        _shard.Waiters = null;
    }
}
