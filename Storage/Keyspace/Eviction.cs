using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Keyspace;

/// <summary>Makes room in cache mode: the table's position is the rank (2Q-like, Dragonfly's scheme), so no record carries a bit for it.</summary>
public static class Eviction
{
    private const int KeysMax = 64;

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
            if (database.Count > 0 && database.Table.TryPickEvictionVictim(keyspace.Random.Next(), out Slot victim))
            {
                database.Evict(victim);
                return true;
            }
        }

        return false;
    }

    private static int PickDatabase(Keyspace keyspace)
    {
        long count = 0;
        for (int i = 0; i < keyspace.DatabaseCount; i++)
            count += keyspace[i].Count;
        long index = keyspace.Random.Below(Math.Max(count, 1));
        int database = 0;
        for (; database < keyspace.DatabaseCount - 1; database++)
        {
            index -= keyspace[database].Count;
            if (index < 0)
                break;
        }

        return database;
    }
}
