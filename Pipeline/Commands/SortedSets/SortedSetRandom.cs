using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.SortedSets;

/// <summary>ZRANDMEMBER.</summary>
internal static class SortedSetRandom
{
    // So many members for each one wanted, and fewer: all are passed by, instead of going to random ranks.
    private const int SweepShare = 4;

    public static void RandomMember(ref CommandCall call)
    {
        if (call.Count == 2)
        {
            WriteOne(ref call);
            return;
        }

        if (!TryCount(ref call, out long count, out bool withScores)
            || !call.FindForRead(ValueKind.SortedSet, out Slot slot, out bool exists))
            return;
        if (!exists || count == 0)
        {
            call.Reply.Array(0);
            return;
        }

        RecordSortedSet set = new(call.Database, slot);
        if (count < 0)
            WriteWithRepeats(ref call, set, -count, withScores);
        else
            WriteDistinct(ref call, set, count, withScores);
    }

    private static bool TryCount(ref CommandCall call, out long count, out bool withScores)
    {
        withScores = false;
        if (!call.TryInteger(2, out count))
            return false;
        string? error = null;
        if (count == long.MinValue)
            error = "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807";
        else if (call.Count > 4 || (call.Count == 4 && !call.Args.Is(3, "WITHSCORES")))
            error = Errors.Syntax;
        else if (call.Count == 4 && count is < -long.MaxValue / 2 or > long.MaxValue / 2)
            error = Errors.OutOfRange;
        if (error is not null)
            call.Reply.Error(error);
        withScores = call.Count == 4;
        return error is null;
    }

    private static void WriteOne(ref CommandCall call)
    {
        if (!call.FindForRead(ValueKind.SortedSet, out Slot slot, out bool exists))
            return;
        if (!exists)
        {
            call.Reply.Null();
            return;
        }

        RecordSortedSet set = new(call.Database, slot);
        SortedSetReader reader = set.Read(call.Database.Keyspace.Random.Below(set.Count));
        reader.MoveNext();
        call.Reply.Bulk(reader.Member);
    }

    private static void WriteWithRepeats(ref CommandCall call, in RecordSortedSet set, long count, bool withScores)
    {
        BeginArray(ref call, count, withScores);
        for (; count > 0; count--)
            WriteAt(ref call, set, call.Database.Keyspace.Random.Below(set.Count), withScores);
    }

    private static void WriteDistinct(ref CommandCall call, in RecordSortedSet set, long count, bool withScores)
    {
        long members = set.Count;
        count = Math.Min(count, members);
        BeginArray(ref call, count, withScores);
        if (members / count < SweepShare)
        {
            Sweep(ref call, set, count, withScores);
            return;
        }

        // Floyd's sampling: one look-up for each rank, no retries.
        KeyspaceRandom random = call.Database.Keyspace.Random;
        HashSet<long> ranks = new((int)count);
        for (long last = members - count; last < members; last++)
        {
            long rank = random.Below(last + 1);
            if (!ranks.Add(rank))
                ranks.Add(rank = last);
            WriteAt(ref call, set, rank, withScores);
        }
    }

    private static void Sweep(ref CommandCall call, in RecordSortedSet set, long count, bool withScores)
    {
        MemberSelection selection = new(count, set.Count);
        SortedSetReader reader = set.Read(0);
        while (!selection.IsDone && reader.MoveNext())
        {
            if (selection.Next(call.Database.Keyspace.Random))
                Write(ref call, reader, withScores);
        }
    }

    private static void BeginArray(ref CommandCall call, long count, bool withScores)
        => call.Reply.Array((int)(withScores && !call.Reply.Resp3 ? count * 2 : count));

    private static void WriteAt(ref CommandCall call, in RecordSortedSet set, long rank, bool withScores)
    {
        SortedSetReader reader = set.Read(rank);
        reader.MoveNext();
        Write(ref call, reader, withScores);
    }

    private static void Write(ref CommandCall call, in SortedSetReader reader, bool withScores)
    {
        if (withScores && call.Reply.Resp3)
            call.Reply.Array(2);
        call.Reply.Bulk(reader.Member);
        if (withScores)
            call.Reply.Double(reader.Score);
    }
}
