// Owner: the shard, as its keyspace.

using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>
/// The watched keys of one shard: any change of one spoils the tickets on it (WATCH). Observes the keyspace only while there are any, so a store without
/// WATCH pays nothing.
/// </summary>
internal sealed class KeyWatches : IChangeObserver
{
    private readonly ShardBlock _shard;
    private readonly Dictionary<byte[], List<WatchTicket>>?[] _databases;
    private int _keys;

    private KeyWatches(ShardBlock shard)
    {
        _shard = shard;
        _databases = new Dictionary<byte[], List<WatchTicket>>?[shard.Keyspace.DatabaseCount];
    }

    /// <summary>The shard's watches, made and observing if they were not. Called by the shard's owner.</summary>
    public static KeyWatches Of(ShardBlock shard)
    {
        if (shard.Watches is { } watches)
            return watches;
        shard.Watches = new KeyWatches(shard);
        shard.Keyspace.Observe(shard.Watches);
        return shard.Watches;
    }

    /// <summary>Puts a ticket on a key; the kept copy of the key, or null if that ticket is on it already.</summary>
    public byte[]? Add(int database, ReadOnlySpan<byte> key, WatchTicket ticket)
    {
        var keys = _databases[database] ??= new Dictionary<byte[], List<WatchTicket>>(KeyBytes.Comparer);
        var lookup = keys.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(key, out byte[]? kept, out List<WatchTicket>? tickets))
        {
            if (tickets.Contains(ticket))
                return null;
            tickets.Add(ticket);
            return kept;
        }

        kept = key.ToArray();
        keys.Add(kept, [ticket]);
        _keys++;
        return kept;
    }

    /// <summary>Takes a ticket off its keys; the last one to leave ends the observing.</summary>
    public void Remove(List<(int Database, byte[] Key)> watched, WatchTicket ticket)
    {
        foreach ((int database, byte[] key) in watched)
        {
            if (_databases[database] is not { } keys || !keys.TryGetValue(key, out List<WatchTicket>? tickets) || !tickets.Remove(ticket) || tickets.Count > 0)
                continue;
            keys.Remove(key);
            _keys--;
        }

        if (_keys == 0 && _shard.Keyspace.Unobserve(this))
            _shard.Watches = null;
    }

    /// <inheritdoc />
    public void BeforeChange(Database database, Slot slot)
    {
    }

    /// <inheritdoc />
    public void BeforeClear(Database database) => SpoilPresent(database.Index, database, database);

    /// <inheritdoc />
    public void BeforeSwap(Database first, Database second)
    {
        SpoilPresent(first.Index, first, second);
        SpoilPresent(second.Index, first, second);
    }

    /// <inheritdoc />
    public void AfterChange(Database database, ReadOnlySpan<byte> key, ChangeClass change, string name)
    {
        if (change != ChangeClass.Silent && _databases[database.Index] is { Count: > 0 } keys && keys.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out List<WatchTicket>? tickets))
            Spoil(tickets);
    }

    /// <summary>Slots are flushed: watched keys in them that are there are gone from now on.</summary>
    public void SpoilSlots(SlotSet slots, Database database)
    {
        foreach ((byte[] key, List<WatchTicket> tickets) in _databases[database.Index] ?? [])
        {
            if (slots.Contains(KeySlot.Of(key)) && IsLive(database, key, KeyHash.Of(key)))
                Spoil(tickets);
        }
    }

    // A watched key that is in neither database does not change when they are emptied or exchanged.
    private void SpoilPresent(int watchedIn, Database first, Database second)
    {
        if (_databases[watchedIn] is not { } keys)
            return;
        foreach ((byte[] key, List<WatchTicket> tickets) in keys)
        {
            ulong hash = KeyHash.Of(key);
            if (IsLive(first, key, hash) || IsLive(second, key, hash))
                Spoil(tickets);
        }
    }

    // Without removing what is due: the keyspace must not change while it reports.
    private static bool IsLive(Database database, byte[] key, ulong hash) => database.Table.TryFind(key, hash, out Slot slot) && !database.IsDue(slot);

    private static void Spoil(List<WatchTicket> tickets)
    {
        foreach (WatchTicket ticket in tickets)
            ticket.Spoil();
    }
}
