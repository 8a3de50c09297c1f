using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.SortedSets;

/// <summary>ZRANGE and ZRANGESTORE, and the older ZREVRANGE, ZRANGEBYSCORE, ZRANGEBYLEX, ZREVRANGEBYSCORE, ZREVRANGEBYLEX.</summary>
internal static class SortedSetRanges
{
    public static void Range(ref CommandCall call) => Read(ref call, null, null);

    public static void ReverseRange(ref CommandCall call) => Read(ref call, RangeBy.Rank, backward: true);

    public static void RangeByScore(ref CommandCall call) => Read(ref call, RangeBy.Score, backward: false);

    public static void ReverseRangeByScore(ref CommandCall call) => Read(ref call, RangeBy.Score, backward: true);

    public static void RangeByLex(ref CommandCall call) => Read(ref call, RangeBy.Lex, backward: false);

    public static void ReverseRangeByLex(ref CommandCall call) => Read(ref call, RangeBy.Lex, backward: true);

    /// <summary>ZRANGESTORE destination source min max ...: no scores, they are stored.</summary>
    public static void Store(ref CommandCall call)
    {
        if (!SortedSetQuery.TryRead(ref call, 3, null, null, allowScores: false, out SortedSetQuery query))
            return;
        ReadOnlySpan<byte> sourceKey = call.Args[2];
        Database source = call.Locate(sourceKey, out ulong hash);
        bool exists = source.FindForRead(sourceKey, hash, out Slot slot);
        if (exists && source.Table.Kind(slot) != ValueKind.SortedSet)
        {
            call.Reply.Error(Errors.WrongType);
            return;
        }

        SortedSetValue result = new(call.Database.Keyspace);
        if (exists)
            Copy(new RecordSortedSet(source, slot), query, result);
        SortedSetWords.StoreResult(ref call, result, "zrangestore");
    }

    private static void Copy(in RecordSortedSet set, in SortedSetQuery query, SortedSetValue result)
    {
        long count = query.Resolve(set, out long rank);
        if (count == 0)
            return;
        SortedSetReader reader = set.Read(rank, query.IsBackward);
        for (; count > 0 && reader.MoveNext(); count--)
            result.Set(reader.Member, reader.Score);
    }

    private static void Read(ref CommandCall call, RangeBy? by, bool? backward)
    {
        if (!SortedSetQuery.TryRead(ref call, 2, by, backward, allowScores: true, out SortedSetQuery query)
            || !call.FindForRead(ValueKind.SortedSet, out Slot slot, out bool exists))
            return;
        if (!exists)
        {
            call.Reply.Array(0);
            return;
        }

        RecordSortedSet set = new(call.Database, slot);
        long count = query.Resolve(set, out long rank);
        SortedSetReader reader = count == 0 ? default : set.Read(rank, query.IsBackward);
        SortedSetWords.WriteRange(call.Reply, ref reader, count, query.WithScores);
    }
}
