// Owner: the shard, as its keyspace.

using System.Diagnostics.CodeAnalysis;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Waiting;

/// <summary>The queues of one database's keys that somebody waits for, on one shard. A queue that has ended is kept for the next key, so a wait costs no allocation.</summary>
internal sealed class KeyQueues
{
    private const int SparesMax = 64;

    private readonly int _database;
    private readonly HashSet<KeyQueue> _queues = new(ByKey.Comparer);
    private readonly HashSet<KeyQueue>.AlternateLookup<ReadOnlySpan<byte>> _byKey;
    private readonly Stack<KeyQueue> _spares = new();

    public KeyQueues(int database)
    {
        _database = database;
        _byKey = _queues.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>All of them.</summary>
    public HashSet<KeyQueue> All => _queues;

    /// <summary>Finds the queue of a key.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, [NotNullWhen(true)] out KeyQueue? queue)
    {
        queue = null;
        return _queues.Count > 0 && _byKey.TryGetValue(key, out queue);
    }

    /// <summary>Makes the queue of a key that has none.</summary>
    public KeyQueue Add(ReadOnlySpan<byte> key)
    {
        KeyQueue queue = _spares.TryPop(out KeyQueue? spare) ? spare : new KeyQueue();
        queue.Begin(_database, key);
        _queues.Add(queue);
        return queue;
    }

    /// <summary>Ends a queue in which nobody is left, and which is not marked.</summary>
    public void Drop(KeyQueue queue)
    {
        _queues.Remove(queue);
        if (_spares.Count < SparesMax && queue.IsSmall)
            _spares.Push(queue);
    }

    private sealed class ByKey : IEqualityComparer<KeyQueue>, IAlternateEqualityComparer<ReadOnlySpan<byte>, KeyQueue>
    {
        public static readonly ByKey Comparer = new();

        public bool Equals(KeyQueue? x, KeyQueue? y) => ReferenceEquals(x, y);

        public int GetHashCode([DisallowNull] KeyQueue obj) => (int)KeyHash.Of(obj.Key);

        public bool Equals(ReadOnlySpan<byte> alternate, KeyQueue other) => alternate.SequenceEqual(other.Key);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)KeyHash.Of(alternate);

        public KeyQueue Create(ReadOnlySpan<byte> alternate) => throw new NotSupportedException("Queues are made by Add.");
    }
}
