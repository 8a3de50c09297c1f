using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>Random members of a set: to look at (SRANDMEMBER) or to take out (SPOP).</summary>
public static class SetSample
{
    // Above this share of the table one pass over it is cheaper than picks that meet the same member again (Redis's number).
    private const int PassFrom = 3;

    /// <summary>So many members of a set that is not empty; some may come again.</summary>
    public static void Repeated<TSink>(Database database, Slot slot, long count, ref TSink sink)
        where TSink : IMemberSink
    {
        ArgumentNullException.ThrowIfNull(database);
        KeyspaceRandom random = database.Keyspace.Random;
        if (database.Table.Encoding(slot) == ValueEncoding.Object)
        {
            DashTable table = SetValue.Table(database, slot).Records;
            for (; count > 0; count--)
                sink.Add(table.Key(PickOne(table, random)));
            return;
        }

        for (int members = (int)SetValue.Count(database, slot); count > 0; count--)
            AddAt(database, slot, (int)random.Below(members), ref sink);
    }

    /// <summary>So many different members; <paramref name="count"/> is at most their number.</summary>
    public static void Distinct<TSink>(Database database, Slot slot, long count, ref TSink sink)
        where TSink : IMemberSink
    {
        ArgumentNullException.ThrowIfNull(database);
        long size = SetValue.Count(database, slot);
        if (database.Table.Encoding(slot) == ValueEncoding.Object && count * PassFrom <= size)
        {
            Pick(SetValue.Table(database, slot).Records, (int)count, database.Keyspace.Random, ref sink);
            return;
        }

        MemberSelection selection = new(count, size);
        SetMembers members = new(database, slot);
        while (!selection.IsDone && members.MoveNext())
        {
            if (selection.Next(database.Keyspace.Random))
                sink.Add(members.Current);
        }
    }

    /// <summary>Takes so many members out, fewer than there are.</summary>
    public static void Pop<TSink>(Database database, ref Slot slot, long count, ref TSink sink)
        where TSink : IMemberSink
    {
        ArgumentNullException.ThrowIfNull(database);
        if (database.Table.Encoding(slot) == ValueEncoding.Object)
        {
            PopRecords(SetValue.Table(database, slot), count, database.Keyspace.Random, ref sink);
            return;
        }

        for (; count > 0; count--)
        {
            int index = (int)database.Keyspace.Random.Below(SetValue.Count(database, slot));
            AddAt(database, slot, index, ref sink);
            SetValue.RemoveAt(database, ref slot, index);
        }
    }

    // One by one while that leaves the table well filled, since picks from a sparse one take long; else in one pass.
    private static void PopRecords<TSink>(SetTableValue set, long count, KeyspaceRandom random, ref TSink sink)
        where TSink : IMemberSink
    {
        DashTable table = set.Records;
        if (count * PassFrom <= table.Count)
        {
            for (; count > 0; count--)
            {
                Slot slot = PickOne(table, random);
                sink.Add(table.Key(slot));
                set.Remove(slot);
            }

            return;
        }

        MemberSelection selection = new(count, table.Count);
        WalkCursor cursor = default;
        while (!selection.IsDone && table.TryWalk(ref cursor, out BucketRef bucket))
        {
            foreach (Slot slot in table.SlotsOf(bucket))
            {
                if (selection.IsDone || !selection.Next(random))
                    continue;
                sink.Add(table.Key(slot));
                table.Remove(slot); // without compaction, which would disturb the walk
            }
        }
    }

    private static void Pick<TSink>(DashTable table, int count, KeyspaceRandom random, ref TSink sink)
        where TSink : IMemberSink
    {
        using MemberPicks picks = new(count);
        while (count > 0)
        {
            Slot slot = PickOne(table, random);
            if (!picks.Add(table.RecordHandle(slot)))
                continue;
            sink.Add(table.Key(slot));
            count--;
        }
    }

    private static Slot PickOne(DashTable table, KeyspaceRandom random)
        => table.TryRandom(random.Next(), out Slot slot) ? slot : throw new InvalidOperationException("The set is empty.");

    private static void AddAt<TSink>(Database database, Slot slot, int index, ref TSink sink)
        where TSink : IMemberSink
    {
        ReadOnlySpan<byte> block = database.Table.Value(slot);
        if (database.Table.Encoding(slot) == ValueEncoding.Packed)
        {
            sink.Add(PackedBlock.Read(block, PackedBlock.PositionOf(block, index)));
            return;
        }

        Span<byte> text = stackalloc byte[IntegerText.BytesMax];
        sink.Add(IntegerText.Write(IntegerSet.At(block, index), text));
    }
}
