using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Keyspace;

/// <summary>Makes room in cache mode: the table's position is the rank (2Q-like, Dragonfly's scheme), so no record carries a bit for it.</summary>
public static class Eviction
{
    private const int TriesMax = 64;

    /// <summary>Evicts until the shard is within its limit, at most <see cref="TriesMax"/> keys a call; false if it is still above.</summary>
    public static bool MakeRoom(Keyspace keyspace)
    {
        ArgumentNullException.ThrowIfNull(keyspace);
        for (int tries = 0; tries < TriesMax && keyspace.MemoryBytes >= keyspace.MemoryBytesMax; tries++)
        {
            if (!EvictOne(keyspace))
                return false;
        }

        return keyspace.MemoryBytes < keyspace.MemoryBytesMax;
    }

    private static bool EvictOne(Keyspace keyspace)
    {
        for (int i = 0; i < keyspace.DatabaseCount; i++)
        {
            Database database = keyspace[i];
            if (database.Count > 0 && database.Table.TryPickEvictionVictim(keyspace.Random.Next(), out Slot victim))
            {
                database.Evict(victim);
                return true;
            }
        }

        return false;
    }
}
