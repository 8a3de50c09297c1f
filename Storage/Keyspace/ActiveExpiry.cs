using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Keyspace;

/// <summary>Removes keys, and fields of hashes, that nobody asks for, in bounded slices: each slice is one message of the shard's block.</summary>
public static class ActiveExpiry
{
    private const int BucketsPerLook = 16;

    // As many as there are records in that many buckets, about.
    private const int FieldsPerLook = 128;

    /// <summary>
    /// Looks at up to <paramref name="bucketsMax"/> buckets of the databases that have keys with an expiry, or may have fields with one, going on where the
    /// last slice ended. Goes on in the same database while a quarter of what it sees is due, as Redis's cycle does, then with the next: each gets its turn.
    /// True if its buckets were used up while a quarter of what it saw was due: there is more to do at once.
    /// </summary>
    public static bool RunSlice(Keyspace keyspace, int bucketsMax)
    {
        ArgumentNullException.ThrowIfNull(keyspace);
        int seenInAll = 0;
        int dueInAll = 0;
        for (int i = 0; i < keyspace.DatabaseCount; i++)
        {
            Database database = keyspace[keyspace.ExpiryDatabase];
            while (HasExpiries(database))
            {
                if (bucketsMax <= 0)
                    return dueInAll > 0 && dueInAll * 4 >= seenInAll;
                (int seen, int due) = Look(database, keyspace.Slots);
                seenInAll += seen;
                dueInAll += due;
                bucketsMax -= BucketsPerLook;
                if (due * 4 < seen || database.ExpiryCursor == 0)
                    break;
            }

            keyspace.ExpiryDatabase = (keyspace.ExpiryDatabase + 1) % keyspace.DatabaseCount;
        }

        return false;
    }

    private static bool HasExpiries(Database database)
        => database.ExpiringCount > 0 || (database.Keyspace.ExpiringHashes > 0 && database.Count > 0);

    private static (int Seen, int Due) Look(Database database, List<Slot> slots)
    {
        int seen = 0;
        int due = 0;
        long ttlMs = 0;
        int fieldsLeft = FieldsPerLook;
        for (int i = 0; i < BucketsPerLook; i++)
        {
            slots.Clear();
            ulong next = database.Table.Scan(database.ExpiryCursor, slots);

            // Removing frees only the record's own place, so the other slots of the bucket stay good.
            foreach (Slot slot in slots)
            {
                long expireAtMs = database.Table.ExpireAtMs(slot);
                bool expires = expireAtMs != 0;
                seen += expires ? 1 : 0;
                if (expires && database.ExpireIfDue(slot))
                {
                    due++;
                    continue;
                }

                if (expires)
                    ttlMs += Math.Max(0, expireAtMs - database.Keyspace.NowMs);
                if (database.Keyspace.ExpiringHashes > 0 && fieldsLeft > 0)
                    fieldsLeft -= HashExpiry.RunSlice(database, slot, fieldsLeft);
            }

            // A hash with more due fields than that is gone on with at the next look.
            if (fieldsLeft == 0)
                break;
            database.ExpiryCursor = next;
            if (next == 0)
                break;
        }

        database.Ttl = database.Ttl.With(ttlMs, seen - due);
        return (seen, due);
    }
}
