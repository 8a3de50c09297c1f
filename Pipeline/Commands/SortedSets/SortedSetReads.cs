using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.SortedSets;

/// <summary>ZCARD, ZSCORE, ZMSCORE, ZRANK, ZREVRANK, ZCOUNT, ZLEXCOUNT.</summary>
internal static class SortedSetReads
{
    public static void Count(ref CommandCall call)
    {
        if (!call.FindForRead(ValueKind.SortedSet, out Slot slot, out bool exists))
            return;
        call.Reply.Integer(exists ? new RecordSortedSet(call.Database, slot).Count : 0);
    }

    public static void Score(ref CommandCall call)
    {
        if (call.FindForRead(ValueKind.SortedSet, out Slot slot, out bool exists))
            WriteScore(ref call, slot, exists, call.Args[2]);
    }

    public static void Scores(ref CommandCall call)
    {
        if (!call.FindForRead(ValueKind.SortedSet, out Slot slot, out bool exists))
            return;
        call.Reply.Array(call.Count - 2);
        for (int i = 2; i < call.Count; i++)
            WriteScore(ref call, slot, exists, call.Args[i]);
    }

    public static void Rank(ref CommandCall call) => Rank(ref call, backward: false);

    public static void ReverseRank(ref CommandCall call) => Rank(ref call, backward: true);

    public static void CountByScore(ref CommandCall call)
    {
        if (ScoreArguments.TryScoreBound(call.Args[2], upper: false, out SortedSetBound min)
            && ScoreArguments.TryScoreBound(call.Args[3], upper: true, out SortedSetBound max))
            CountBetween(ref call, min, max);
        else
            call.Reply.Error(ScoreArguments.NotRange);
    }

    public static void CountByMember(ref CommandCall call)
    {
        if (ScoreArguments.TryLexBound(call.Args[2], upper: false, out SortedSetBound min)
            && ScoreArguments.TryLexBound(call.Args[3], upper: true, out SortedSetBound max))
            CountBetween(ref call, min, max);
        else
            call.Reply.Error(ScoreArguments.NotLexRange);
    }

    private static void CountBetween(ref CommandCall call, in SortedSetBound min, in SortedSetBound max)
    {
        if (!call.FindForRead(ValueKind.SortedSet, out Slot slot, out bool exists))
            return;
        long count = 0;
        if (exists)
        {
            RecordSortedSet set = new(call.Database, slot);
            count = Math.Max(0, set.CountBefore(max) - set.CountBefore(min));
        }

        call.Reply.Integer(count);
    }

    private static void WriteScore(ref CommandCall call, Slot slot, bool exists, ReadOnlySpan<byte> member)
    {
        SortedSetPlace place = exists ? new RecordSortedSet(call.Database, slot).Find(member) : default;
        if (place.Exists)
            call.Reply.Double(place.Score);
        else
            call.Reply.Null();
    }

    private static void Rank(ref CommandCall call, bool backward)
    {
        if (call.Count > 4)
        {
            call.Reply.Error(Errors.WrongArity(call.Descriptor.Name));
            return;
        }

        bool withScore = call.Count == 4;
        if (withScore && !call.Args.Is(3, "WITHSCORE"))
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        if (!call.FindForRead(ValueKind.SortedSet, out Slot slot, out bool exists))
            return;
        if (!exists || !TryWriteRank(ref call, slot, backward, withScore))
        {
            if (withScore)
                call.Reply.NullArray();
            else
                call.Reply.Null();
        }
    }

    private static bool TryWriteRank(ref CommandCall call, Slot slot, bool backward, bool withScore)
    {
        RecordSortedSet set = new(call.Database, slot);
        ReadOnlySpan<byte> member = call.Args[2];
        SortedSetPlace place = set.Find(member);
        if (!place.Exists)
            return false;
        long rank = set.CountBefore(SortedSetBound.AtEntry(place.Score, member));
        if (withScore)
            call.Reply.Array(2);
        call.Reply.Integer(backward ? set.Count - 1 - rank : rank);
        if (withScore)
            call.Reply.Double(place.Score);
        return true;
    }
}
