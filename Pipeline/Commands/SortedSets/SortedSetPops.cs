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
        if (!KeyCounts.TryRead(ref call, 1, out int keys))
            return;
        int at = 2 + keys;
        bool max = at < call.Count && call.Args.Is(at, "MAX");
        if (at >= call.Count || (!max && !call.Args.Is(at, "MIN")))
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        if (!KeyCounts.TryReadPopCount(ref call, at + 1, out long count))
            return;
        for (int i = 2; i < at; i++)
        {
            ReadOnlySpan<byte> key = call.Args[i];
            Database database = call.Locate(key, out ulong hash);
            if (!database.FindForWrite(key, hash, out Slot slot))
                continue;
            if (database.Table.Kind(slot) != ValueKind.SortedSet)
            {
                call.Reply.Error(Errors.WrongType);
                return;
            }

            call.Reply.Array(2);
            call.Reply.Bulk(key);
            Take(ref call, database, key, slot, max, count, pairs: true);
            return;
        }

        call.Reply.NullArray();
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
