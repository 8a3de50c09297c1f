using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.SortedSets;

/// <summary>ZPOPMIN, ZPOPMAX, ZMPOP.</summary>
internal static class SortedSetPops
{
    public static void PopMin(ref CommandCall call) => Pop(ref call, max: false);

    public static void PopMax(ref CommandCall call) => Pop(ref call, max: true);

    /// <summary>ZMPOP numkeys key [key ...] MIN | MAX [COUNT count].</summary>
    public static void PopFromFirst(ref CommandCall call)
    {
        if (TryParse(ref call, 1, out Range keys, out bool max, out long count) && !TryPopFromFirst(ref call, keys, max, count))
            call.Reply.NullArray();
    }

    /// <summary>Reads ZMPOP's arguments from "numkeys" on; false with an error written.</summary>
    public static bool TryParse(ref CommandCall call, int countAt, out Range keys, out bool max, out long count)
    {
        keys = default;
        max = false;
        count = 0;
        if (!KeyCounts.TryRead(ref call, countAt, out int number))
            return false;
        int at = countAt + 1 + number;
        max = at < call.Count && call.Args.Is(at, "MAX");
        if (at >= call.Count || (!max && !call.Args.Is(at, "MIN")))
        {
            call.Reply.Error(Errors.Syntax);
            return false;
        }

        keys = (countAt + 1)..at;
        return KeyCounts.TryReadPopCount(ref call, at + 1, out count);
    }

    /// <summary>Pops from the first sorted set that has any: true with a reply written (what was popped, or an error), false if all are empty.</summary>
    public static bool TryPopFromFirst(ref CommandCall call, Range keys, bool max, long count)
    {
        for (int i = keys.Start.Value; i < keys.End.Value; i++)
        {
            if (!call.LooksAt(i))
                continue;
            ReadOnlySpan<byte> key = call.Args[i];
            Database database = call.Locate(key, out ulong hash);
            if (!database.FindForWrite(key, hash, out Slot slot))
                continue;
            if (database.Table.Kind(slot) != ValueKind.SortedSet)
            {
                call.Reply.Error(Errors.WrongType);
                return true;
            }

            call.Reply.Array(2);
            call.Reply.Bulk(key);
            Take(ref call, database, key, slot, max, count, pairs: true);
            return true;
        }

        return false;
    }

    /// <summary>Writes the key, its lowest or highest member and the score as one array, removes the member and reports that. The record is a sorted set.</summary>
    public static void TakeOne(ref CommandCall call, Database database, ReadOnlySpan<byte> key, Slot slot, bool max)
    {
        RecordSortedSet set = new(database, slot);
        SortedSetReader reader = set.Read(max ? set.Count - 1 : 0, backward: max);
        call.Reply.Array(3);
        call.Reply.Bulk(key);
        if (reader.MoveNext())
        {
            call.Reply.Bulk(reader.Member);
            call.Reply.Double(reader.Score);
        }

        set.RemoveRange(max ? set.Count - 1 : 0, 1);
        SortedSetWords.Removed(database, key, ref set, max ? "zpopmax" : "zpopmin");
    }

    /// <summary>
    /// Writes up to <paramref name="count"/> members from the lowest or the highest on, with their scores as an array, flat or of pairs, removes them and
    /// reports that. The record is a sorted set.
    /// </summary>
    public static void Take(ref CommandCall call, Database database, ReadOnlySpan<byte> key, Slot slot, bool max, long count, bool pairs)
    {
        RecordSortedSet set = new(database, slot);
        count = Math.Min(count, set.Count);
        call.Reply.Array((int)(pairs ? count : count * 2));
        if (count == 0)
            return;
        SortedSetReader reader = set.Read(max ? set.Count - 1 : 0, backward: max);
        for (long i = 0; i < count && reader.MoveNext(); i++)
        {
            if (pairs)
                call.Reply.Array(2);
            call.Reply.Bulk(reader.Member);
            call.Reply.Double(reader.Score);
        }

        set.RemoveRange(max ? set.Count - count : 0, count);
        SortedSetWords.Removed(database, key, ref set, max ? "zpopmax" : "zpopmin");
    }

    private static void Pop(ref CommandCall call, bool max)
    {
        if (call.Count > 3)
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        bool many = call.Count == 3;
        long count = 1;
        if (many && (!Numbers.TryInteger(call.Args[2], out count) || count < 0))
        {
            call.Reply.Error(Errors.MustBePositive);
            return;
        }

        if (!call.FindForWrite(ValueKind.SortedSet, out Slot slot, out bool exists))
            return;
        if (exists)
            Take(ref call, call.Database, call.Key, slot, max, count, pairs: many && call.Reply.Resp3);
        else
            call.Reply.Array(0);
    }
}
