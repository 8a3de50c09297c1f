using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>Random fields of a hash.</summary>
public static class HashSample
{
    // Above this share of the table one pass over it is cheaper than picks that meet the same field again (Redis's number).
    private const int PassFrom = 3;

    /// <summary>One field of a hash that is not empty.</summary>
    public static void One<TSink>(Database database, Slot slot, ref TSink sink)
        where TSink : IHashSink
        => Repeated(database, slot, 1, ref sink);

    /// <summary>So many fields of a hash that is not empty; some may come again.</summary>
    public static void Repeated<TSink>(Database database, Slot slot, long count, ref TSink sink)
        where TSink : IHashSink
    {
        ArgumentNullException.ThrowIfNull(database);
        KeyspaceRandom random = database.Keyspace.Random;
        if (HashValue.IsTable(database, slot))
        {
            HashTableValue table = HashValue.Table(database, slot);
            for (; count > 0; count--)
            {
                Slot field = table.Random(random);
                sink.Add(table.FieldOf(field), table.ValueOf(field));
            }

            return;
        }

        ReadOnlySpan<byte> block = database.Table.Value(slot);
        for (int fields = PackedBlock.Count(block) / 2; count > 0; count--)
        {
            int position = PackedBlock.PositionOf(block, (int)random.Below(fields) * 2);
            sink.Add(PackedBlock.Read(block, position), PackedBlock.Read(block, PackedBlock.Next(block, position)));
        }
    }

    /// <summary>So many different fields; <paramref name="count"/> is at most their number.</summary>
    public static void Distinct<TSink>(Database database, Slot slot, long count, ref TSink sink)
        where TSink : IHashSink
    {
        ArgumentNullException.ThrowIfNull(database);
        long fields = HashValue.Count(database, slot);
        if (HashValue.IsTable(database, slot) && count * PassFrom <= fields)
        {
            Pick(HashValue.Table(database, slot), (int)count, database.Keyspace.Random, ref sink);
            return;
        }

        MemberSelection selection = new(count, fields);
        HashEntries entries = new(database, slot);
        while (!selection.IsDone && entries.MoveNext())
        {
            if (selection.Next(database.Keyspace.Random))
                sink.Add(entries.Field, entries.Value);
        }
    }

    private static void Pick<TSink>(HashTableValue table, int count, KeyspaceRandom random, ref TSink sink)
        where TSink : IHashSink
    {
        using MemberPicks picks = new(count);
        while (count > 0)
        {
            Slot field = table.Random(random);
            if (!picks.Add(table.Records.RecordHandle(field)))
                continue;
            sink.Add(table.FieldOf(field), table.ValueOf(field));
            count--;
        }
    }
}
