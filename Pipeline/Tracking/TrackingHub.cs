// Concurrency rule: any thread. Tracking begins and ends under _lock, which replaces the prefixes; readers take no lock. What shards hold is told by messages,
// which look at the state they find: an end and a beginning that cross leave what is right for the later one.

using System.Collections.Concurrent;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Tracking;

/// <summary>Client-side caching: who tracks, and how an invalidation gets to its client. Costs one look at a field while nobody tracks.</summary>
internal sealed class TrackingHub(StoreEngine engine)
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<long, ClientTracking> _clients = new();
    private volatile PrefixReaders[] _prefixes = [];
    private volatile int _count;
    private long _keysPerShardMax;

    /// <summary>Whether any client tracks.</summary>
    public bool IsActive => _count != 0;

    /// <summary>Clients that track.</summary>
    public int Clients => _count;

    /// <summary>Prefixes that are broadcast.</summary>
    public int Prefixes => _prefixes.Length;

    /// <summary>Whether any client is told of keys that it has not read.</summary>
    public bool HasPrefixes => _prefixes.Length > 0;

    /// <summary>Keys that a shard remembers; 0 = no limit.</summary>
    public long KeysPerShardMax => Volatile.Read(ref _keysPerShardMax);

    /// <summary>tracking-table-max-keys: each shard keeps to its share.</summary>
    public void Limit(long keysMax) => Volatile.Write(ref _keysPerShardMax, keysMax == 0 ? 0 : Math.Max(1, keysMax / engine.Shards.Length));

    /// <summary>CLIENT TRACKING ON: begins, or changes the options of a client that tracks; prefixes are added to those it has.</summary>
    public void Enable(ClientContext client, TrackingOptions options, IReadOnlyList<byte[]> prefixes)
    {
        bool isNew = client.Tracking is null;
        ClientTracking tracking = client.Tracking ??= new ClientTracking(client, engine.Shards.Length);
        tracking.Options = options;
        tracking.IsRedirectBroken = false;
        lock (_lock)
        {
            foreach (byte[] prefix in prefixes)
            {
                if (tracking.Prefixes.Add(prefix))
                    AddReader(prefix, tracking);
            }

            if (_clients.TryAdd(client.Id, tracking))
                _count++;
        }

        if (isNew)
            engine.PostToShards(Follow);
    }

    /// <summary>CLIENT TRACKING OFF, RESET, the end of the connection. What was read is forgotten.</summary>
    public void Disable(ClientContext client)
    {
        if (client.Tracking is not { } tracking)
            return;
        client.Tracking = null;
        tracking.IsOver = true;
        lock (_lock)
        {
            foreach (byte[] prefix in tracking.Prefixes)
                RemoveReader(prefix, tracking);
            if (_clients.TryRemove(client.Id, out _))
                _count--;
        }

        engine.PostToShards(shard => shard.Readers?.Forget(tracking));
    }

    /// <summary>Tells the client, or the one that it redirects to.</summary>
    public void Send(ClientTracking tracking, Invalidation message)
    {
        ClientContext receiver = tracking.Client;
        long redirect = tracking.Options.Redirect;
        if (redirect != 0)
        {
            if (!engine.Clients.TryGet(redirect, out ClientContext? other))
            {
                tracking.IsRedirectBroken = true;
                if (receiver.Resp3)
                    TrackingTurn.Current.Deliver(receiver, Invalidation.BrokenRedirect(redirect));
                return;
            }

            receiver = other!;
        }

        // A RESP2 client has no place for messages among its replies; one that listens to channels has.
        if (receiver.Resp3)
            TrackingTurn.Current.Deliver(receiver, message.AsPush);
        else if (redirect != 0 && receiver.Session.Subscriptions.Any)
            TrackingTurn.Current.Deliver(receiver, message.AsMessage);
    }

    /// <summary>Databases were emptied: all who track are told to drop all.</summary>
    public void SendFlush()
    {
        foreach ((_, ClientTracking tracking) in _clients)
            Send(tracking, Invalidation.OfAll(tracking.Client.Resp3));
    }

    /// <summary>Tells those with a prefix of the changed keys, which are in order; who has changed a key is left out if he wants to be.</summary>
    public void Broadcast(List<(byte[] Key, ClientContext? By)> changed)
    {
        foreach (PrefixReaders prefix in _prefixes)
        {
            List<(byte[] Key, ClientContext? By)> matching = changed.FindAll(change => change.Key.AsSpan().StartsWith(prefix.Prefix));
            if (matching.Count == 0)
                continue;
            Invalidation all = Invalidation.OfKeys(matching.ConvertAll(static change => change.Key));
            foreach (ClientTracking reader in prefix.Readers)
            {
                if (!reader.Options.IsNoLoop)
                    Send(reader, all);
                else if (matching.FindAll(change => change.By != reader.Client).ConvertAll(static change => change.Key) is { Count: > 0 } others)
                    Send(reader, Invalidation.OfKeys(others));
            }
        }
    }

    private void Follow(ShardBlock shard)
    {
        if (IsActive)
            KeyReaders.Of(shard, this);
    }

    private void AddReader(byte[] prefix, ClientTracking tracking)
    {
        int at = Array.FindIndex(_prefixes, readers => readers.Prefix.AsSpan().SequenceEqual(prefix));
        if (at < 0)
            _prefixes = [.. _prefixes, new PrefixReaders(prefix, [tracking])];
        else
            Replace(at, [.. _prefixes[at].Readers, tracking]);
    }

    private void RemoveReader(byte[] prefix, ClientTracking tracking)
    {
        int at = Array.FindIndex(_prefixes, readers => readers.Prefix.AsSpan().SequenceEqual(prefix));
        ClientTracking[] left = Array.FindAll(_prefixes[at].Readers, other => !ReferenceEquals(other, tracking));
        if (left.Length == 0)
            _prefixes = [.. _prefixes[..at], .. _prefixes[(at + 1)..]];
        else
            Replace(at, left);
    }

    private void Replace(int at, ClientTracking[] readers)
    {
        PrefixReaders[] prefixes = [.. _prefixes];
        prefixes[at] = prefixes[at] with { Readers = readers };
        _prefixes = prefixes;
    }
}
