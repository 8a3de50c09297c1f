using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.SortedSets;

/// <summary>ZREM, ZREMRANGEBYRANK, ZREMRANGEBYSCORE, ZREMRANGEBYLEX.</summary>
internal static class SortedSetRemovals
{
    public static void Remove(ref CommandCall call)
    {
        if (!call.FindForWrite(ValueKind.SortedSet, out Slot slot, out bool exists))
            return;
        int removed = 0;
        if (exists)
        {
            RecordSortedSet set = new(call.Database, slot);
            for (int i = 2; i < call.Count; i++)
            {
                SortedSetPlace place = set.Find(call.Args[i]);
                if (!place.Exists)
                    continue;
                set.Remove(place);
                removed++;
            }

            if (removed > 0)
                SortedSetWords.Removed(call.Database, call.Key, ref set, "zrem");
        }

        call.Reply.Integer(removed);
    }

    public static void RemoveByRank(ref CommandCall call) => RemoveRange(ref call, RangeBy.Rank, "zremrangebyrank");

    public static void RemoveByScore(ref CommandCall call) => RemoveRange(ref call, RangeBy.Score, "zremrangebyscore");

    public static void RemoveByLex(ref CommandCall call) => RemoveRange(ref call, RangeBy.Lex, "zremrangebylex");

    private static void RemoveRange(ref CommandCall call, RangeBy by, string eventName)
    {
        if (!SortedSetQuery.TryRead(ref call, 2, by, backward: false, allowScores: false, out SortedSetQuery query)
            || !call.FindForWrite(ValueKind.SortedSet, out Slot slot, out bool exists))
            return;
        long removed = 0;
        if (exists)
        {
            RecordSortedSet set = new(call.Database, slot);
            removed = query.Resolve(set, out long rank);
            if (removed > 0)
            {
                set.RemoveRange(rank, removed);
                SortedSetWords.Removed(call.Database, call.Key, ref set, eventName);
            }
        }

        call.Reply.Integer(removed);
    }
}
