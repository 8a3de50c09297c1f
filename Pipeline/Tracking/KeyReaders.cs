// Owner: the shard, as its keyspace.

using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Tracking;

/// <summary>
/// Which clients have read which keys of one shard (CLIENT TRACKING without BCAST). A change of a key is told to its readers once; they are forgotten until they
/// read it again. Databases are not told apart, as in Redis. Observes the keyspace only while any client tracks.
/// </summary>
internal sealed class KeyReaders : IChangeObserver
{
    // A client that leaves is taken off so many keys at a time.
    private const int ForgottenAtOnce = 1024;

    private readonly ShardBlock _shard;
    private readonly TrackingHub _hub;
    private readonly Dictionary<byte[], TrackedKey> _keys = new(KeyBytes.Comparer);
    private readonly List<TrackedKey> _scratch = [];
    private TrackedKey? _oldest;
    private TrackedKey? _newest;

    private KeyReaders(ShardBlock shard, TrackingHub hub)
    {
        _shard = shard;
        _hub = hub;
    }

    /// <summary>Keys that somebody is to be told of.</summary>
    public int Keys => _keys.Count;

    /// <summary>Pairs of a key and a client that is to be told of it.</summary>
    public long Items { get; private set; }

    /// <summary>The shard's readers, made and observing if they were not. Called by the shard's owner.</summary>
    public static KeyReaders Of(ShardBlock shard, TrackingHub hub)
    {
        if (shard.Readers is { } readers)
            return readers;
        shard.Readers = new KeyReaders(shard, hub);
        shard.Keyspace.Observe(shard.Readers);
        return shard.Readers;
    }

    /// <summary>The client has read the key. If that is one key too many, the oldest is given up: its readers are told as if it had changed.</summary>
    public void Remember(ClientTracking tracking, ReadOnlySpan<byte> key)
    {
        var lookup = _keys.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(key, out TrackedKey? tracked))
        {
            tracked = new TrackedKey(key.ToArray());
            _keys.Add(tracked.Name, tracked);
            Append(tracked);
        }

        KeyShare share = tracking.ShareOf(_shard.Index);
        if (share.Keys.Add(tracked))
        {
            tracked.Readers.Add(share);
            Items++;
        }

        long keysMax = _hub.KeysPerShardMax;
        while (keysMax != 0 && _keys.Count > keysMax)
            Invalidate(_oldest!);
    }

    /// <summary>A client has ended its tracking: it is taken off its keys, some at a time, and when nobody tracks any more all is given up.</summary>
    public void Forget(ClientTracking tracking)
    {
        if (!_hub.IsActive)
        {
            // Those who are still named here have ended too.
            if (_shard.Keyspace.Unobserve(this))
                _shard.Readers = null;
            return;
        }

        KeyShare share = tracking.ShareOf(_shard.Index);
        foreach (TrackedKey key in share.Keys)
        {
            _scratch.Add(key);
            if (_scratch.Count == ForgottenAtOnce)
                break;
        }

        foreach (TrackedKey key in _scratch)
            Leave(key, share);
        _scratch.Clear();
        if (share.Keys.Count > 0)
            _ = _shard.Post(new ShardAction(shard => shard.Readers?.Forget(tracking)));
    }

    /// <summary>The shard's message is done.</summary>
    public void Conclude() => TrackingTurn.Current.Conclude(_hub);

    /// <inheritdoc />
    public void BeforeChange(Database database, Slot slot)
    {
    }

    /// <inheritdoc />
    public void BeforeClear(Database database)
    {
        Clear();
        TrackingTurn.Current.Flushed();
    }

    /// <summary>What a key holds after SWAPDB is another value: clients drop all, as after a flush.</summary>
    public void BeforeSwap(Database first, Database second) => BeforeClear(first);

    /// <inheritdoc />
    public void AfterChange(Database database, ReadOnlySpan<byte> key, ChangeClass change, string name)
    {
        if (_keys.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out TrackedKey? tracked))
            Invalidate(tracked);
        if (_hub.HasPrefixes)
            TrackingTurn.Current.Changed(key, isByClient: change is not (ChangeClass.Expired or ChangeClass.Evicted));
    }

    private void Invalidate(TrackedKey key)
    {
        Remove(key);
        Invalidation message = Invalidation.OfKey(key.Name);
        foreach (KeyShare reader in key.Readers)
        {
            reader.Keys.Remove(key);
            ClientTracking tracking = reader.Owner;
            bool isOwn = tracking.Options.IsNoLoop && TrackingTurn.Current.IsOf(tracking.Client);
            if (!tracking.IsOver && !tracking.Options.IsBroadcast && !isOwn)
                _hub.Send(tracking, message);
        }
    }

    private void Leave(TrackedKey key, KeyShare share)
    {
        share.Keys.Remove(key);
        int at = key.Readers.IndexOf(share);
        key.Readers[at] = key.Readers[^1];
        key.Readers.RemoveAt(key.Readers.Count - 1);
        Items--;
        if (key.Readers.Count == 0)
            Remove(key);
    }

    private void Clear()
    {
        foreach (TrackedKey key in _keys.Values)
        {
            foreach (KeyShare reader in key.Readers)
                reader.Keys.Clear();
        }

        _keys.Clear();
        _oldest = _newest = null;
        Items = 0;
    }

    private void Append(TrackedKey key)
    {
        key.Older = _newest;
        if (_newest is null)
            _oldest = key;
        else
            _newest.Newer = key;
        _newest = key;
    }

    private void Remove(TrackedKey key)
    {
        Items -= key.Readers.Count;
        _keys.Remove(key.Name);
        if (key.Older is null)
            _oldest = key.Newer;
        else
            key.Older.Newer = key.Newer;
        if (key.Newer is null)
            _newest = key.Older;
        else
            key.Newer.Older = key.Older;
    }
}
