using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Keyspace;

/// <summary>Removes keys that nobody asks for, in bounded slices: each slice is one message of the shard's block.</summary>
public static class ActiveExpiry
{
    private const int BucketsPerLook = 16;

    /// <summary>
    /// Looks at up to <paramref name="bucketsMax"/> buckets of the databases that have keys with an expiry, going on where the last slice ended; returns
    /// the keys removed. Goes on in the same database while a quarter of what it sees is due, as Redis's cycle does.
    /// </summary>
    public static int RunSlice(Keyspace keyspace, int bucketsMax)
    {
        ArgumentNullException.ThrowIfNull(keyspace);
        int removed = 0;
        List<Slot> slots = new(32);
        for (int i = 0; i < keyspace.DatabaseCount && bucketsMax > 0; i++)
        {
            Database database = keyspace[i];
            while (database.ExpiringCount > 0 && bucketsMax > 0)
            {
                (int seen, int due) = Look(database, slots);
                removed += due;
                bucketsMax -= BucketsPerLook;
                if (due * 4 < seen || database.ExpiryCursor == 0)
                    break;
            }
        }

        return removed;
    }

    private static (int Seen, int Due) Look(Database database, List<Slot> slots)
    {
        int seen = 0;
        int due = 0;
        for (int i = 0; i < BucketsPerLook; i++)
        {
            slots.Clear();
            database.ExpiryCursor = database.Table.Scan(database.ExpiryCursor, slots);

            // Removing frees only the record's own place, so the other slots of the bucket stay good.
            foreach (Slot slot in slots)
            {
                if (database.Table.ExpireAtMs(slot) == 0)
                    continue;
                seen++;
                if (database.ExpireIfDue(slot))
                    due++;
            }

            if (database.ExpiryCursor == 0)
                break;
        }

        return (seen, due);
    }
}
