// Concurrency rule: readers take no lock, they see an array that is never changed; subscribing and unsubscribing replace it under _lock.

using System.Collections.Concurrent;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.PubSub;

/// <summary>Who listens to which channel, or to which pattern: names to subscribers in the order of their subscription. Any thread.</summary>
internal sealed class SubscriberTable
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<byte[], Session[]> _names = new(KeyBytes.Comparer);

    /// <summary>Names that somebody listens to.</summary>
    public int Count => _names.Count;

    /// <summary>Whether nobody listens to anything: then there is nothing to look up.</summary>
    public bool IsEmpty => _names.IsEmpty;

    /// <summary>The names, each with its subscribers.</summary>
    public IEnumerable<KeyValuePair<byte[], Session[]>> All => _names;

    /// <summary>The subscribers of a name.</summary>
    public Session[] Of(ReadOnlySpan<byte> name) => _names.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out Session[]? sessions) ? sessions : [];

    /// <summary>Adds a subscriber that is not on the name yet.</summary>
    public void Add(byte[] name, Session session)
    {
        lock (_lock)
            _names[name] = _names.TryGetValue(name, out Session[]? sessions) ? [.. sessions, session] : [session];
    }

    /// <summary>Removes a subscriber.</summary>
    public void Remove(byte[] name, Session session)
    {
        lock (_lock)
        {
            if (!_names.TryGetValue(name, out Session[]? sessions))
                return;
            Session[] left = Array.FindAll(sessions, other => !ReferenceEquals(other, session));
            if (left.Length == 0)
                _names.TryRemove(name, out _);
            else
                _names[name] = left;
        }
    }
}
