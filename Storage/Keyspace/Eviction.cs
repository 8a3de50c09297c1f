using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Keyspace;

/// <summary>
/// Makes room. Where any key may go, the table's position is its rank (2Q-like, Dragonfly's scheme), so no record carries a bit for it; where only keys with
/// an expiry may go, a hand goes round the table.
/// </summary>
public static class Eviction
{
    private const int KeysMax = 64;
    private const int ScanStepsMax = 4096;
    private const int SoonestOf = 16;

    // How far above its limit a shard may go for a moment while it is being emptied: an eighth. A write is refused rather than let it grow without bound.
    private const int SlackShift = 3;

    /// <summary>
    /// Evicts until the shard is within its limit, at most <see cref="KeysMax"/> keys a call. True if it is, or nearly so and on its way: a limit that was
    /// lowered a little does not refuse writes.
    /// </summary>
    public static bool MakeRoom(Keyspace keyspace)
    {
        ArgumentNullException.ThrowIfNull(keyspace);
        int evicted = 0;
        while (keyspace.IsFull && evicted < KeysMax)
        {
            // What was evicted before may be still to be freed.
            if (keyspace.Leftovers.FreeSome())
                continue;
            if (!keyspace.IsFull || !EvictOne(keyspace))
                break;
            evicted++;
        }

        return !keyspace.IsFull || (evicted == KeysMax && keyspace.MemoryBytes - keyspace.MemoryBytesMax < keyspace.MemoryBytesMax >> SlackShift);
    }

    // A database is chosen by its share of the keys; if it has nothing to evict, the next one that has.
    private static bool EvictOne(Keyspace keyspace)
    {
        int first = PickDatabase(keyspace);
        for (int i = 0; i < keyspace.DatabaseCount; i++)
        {
            Database database = keyspace[(first + i) % keyspace.DatabaseCount];
            if (TryPick(keyspace, database, out Slot victim))
            {
                database.Evict(victim);
                return true;
            }
        }

        return false;
    }

    private static bool TryPick(Keyspace keyspace, Database database, out Slot victim)
    {
        victim = default;
        if (Candidates(keyspace, database) == 0)
            return false;
        return keyspace.Evicts == EvictionTarget.AnyKey
            ? database.Table.TryPickEvictionVictim(keyspace.Random.Next(), out victim, database.KeptRecords)
            : TryPickExpiring(keyspace, database, keyspace.Evicts == EvictionTarget.SoonestExpiring ? SoonestOf : 1, out victim);
    }

    private static long Candidates(Keyspace keyspace, Database database) => keyspace.CacheMode ? database.Count : database.ExpiringCount;

    // Goes round the table. Where few keys have an expiry a call may find none, and the next one goes on from there.
    private static bool TryPickExpiring(Keyspace keyspace, Database database, int candidates, out Slot victim)
    {
        victim = default;
        long soonest = long.MaxValue;
        for (int step = 0; step < ScanStepsMax && candidates > 0; step++)
        {
            keyspace.Slots.Clear();
            database.EvictionCursor = database.Table.Scan(database.EvictionCursor, keyspace.Slots);
            foreach (Slot slot in keyspace.Slots)
            {
                long at = database.Table.ExpireAtMs(slot);
                if (at == 0 || database.Table.IsSticky(slot) || database.IsKept(slot) || candidates-- <= 0)
                    continue;
                victim = at < soonest ? slot : victim;
                soonest = Math.Min(soonest, at);
            }
        }

        keyspace.Slots.Clear();
        return soonest != long.MaxValue;
    }

    private static int PickDatabase(Keyspace keyspace)
    {
        long count = 0;
        for (int i = 0; i < keyspace.DatabaseCount; i++)
            count += Candidates(keyspace, keyspace[i]);
        long index = keyspace.Random.Below(Math.Max(count, 1));
        int database = 0;
        for (; database < keyspace.DatabaseCount - 1; database++)
        {
            index -= Candidates(keyspace, keyspace[database]);
            if (index < 0)
                break;
        }

        return database;
    }
}
