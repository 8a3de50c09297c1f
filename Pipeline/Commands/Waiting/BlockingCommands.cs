using DragonflyFlow.Pipeline.Commands.Lists;
using DragonflyFlow.Pipeline.Commands.SortedSets;
using DragonflyFlow.Pipeline.Waiting;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Waiting;

/// <summary>
/// Pops and moves that wait for an element. Each tries as its sister without B does; finding nothing it waits. The same handler runs again when it is served.
/// </summary>
internal static class BlockingCommands
{
    /// <summary>BLPOP key [key ...] timeout.</summary>
    public static void PopLeft(ref CommandCall call) => PopOne(ref call, ListEnd.Left);

    /// <summary>BRPOP key [key ...] timeout.</summary>
    public static void PopRight(ref CommandCall call) => PopOne(ref call, ListEnd.Right);

    /// <summary>BLMOVE source destination LEFT | RIGHT LEFT | RIGHT timeout.</summary>
    public static void Move(ref CommandCall call)
    {
        if (ListWords.TryEnd(ref call, 3, out ListEnd from) && ListWords.TryEnd(ref call, 4, out ListEnd to) && BlockingTimeout.TrySeconds(ref call, 5, out long timeoutMs))
            MoveOne(ref call, from, to, timeoutMs);
    }

    /// <summary>BRPOPLPUSH source destination timeout.</summary>
    public static void RightToLeft(ref CommandCall call)
    {
        if (BlockingTimeout.TrySeconds(ref call, 3, out long timeoutMs))
            MoveOne(ref call, ListEnd.Right, ListEnd.Left, timeoutMs);
    }

    /// <summary>BLMPOP timeout numkeys key [key ...] LEFT | RIGHT [COUNT count].</summary>
    public static void PopManyFromLists(ref CommandCall call)
    {
        if (ListPops.TryParse(ref call, 2, out Range keys, out ListEnd end, out long count)
            && BlockingTimeout.TrySeconds(ref call, 1, out long timeoutMs)
            && !ListPops.TryPopFromFirst(ref call, keys, end, count))
            Wait(ref call, ValueKind.List, keys, timeoutMs, TimedOutReply.NullArray);
    }

    /// <summary>BZPOPMIN key [key ...] timeout.</summary>
    public static void PopMin(ref CommandCall call) => PopScored(ref call, max: false);

    /// <summary>BZPOPMAX key [key ...] timeout.</summary>
    public static void PopMax(ref CommandCall call) => PopScored(ref call, max: true);

    /// <summary>BZMPOP timeout numkeys key [key ...] MIN | MAX [COUNT count].</summary>
    public static void PopManyFromSortedSets(ref CommandCall call)
    {
        if (SortedSetPops.TryParse(ref call, 2, out Range keys, out bool max, out long count)
            && BlockingTimeout.TrySeconds(ref call, 1, out long timeoutMs)
            && !SortedSetPops.TryPopFromFirst(ref call, keys, max, count))
            Wait(ref call, ValueKind.SortedSet, keys, timeoutMs, TimedOutReply.NullArray);
    }

    private static void PopOne(ref CommandCall call, ListEnd end)
    {
        if (!BlockingTimeout.TrySeconds(ref call, call.Count - 1, out long timeoutMs))
            return;
        for (int i = 1; i < call.Count - 1; i++)
        {
            if (!call.LooksAt(i))
                continue;
            if (!TryFind(ref call, call.Args[i], ValueKind.List, out Database database, out Slot slot, out bool exists))
                return;
            if (!exists)
                continue;
            call.Reply.Array(2);
            call.Reply.Bulk(call.Args[i]);
            ListPops.TakeOne(ref call, database, call.Args[i], slot, end);
            return;
        }

        Wait(ref call, ValueKind.List, 1..^1, timeoutMs, TimedOutReply.NullArray);
    }

    private static void PopScored(ref CommandCall call, bool max)
    {
        if (!BlockingTimeout.TrySeconds(ref call, call.Count - 1, out long timeoutMs))
            return;
        for (int i = 1; i < call.Count - 1; i++)
        {
            if (!call.LooksAt(i))
                continue;
            if (!TryFind(ref call, call.Args[i], ValueKind.SortedSet, out Database database, out Slot slot, out bool exists))
                return;
            if (!exists)
                continue;
            SortedSetPops.TakeOne(ref call, database, call.Args[i], slot, max);
            return;
        }

        Wait(ref call, ValueKind.SortedSet, 1..^1, timeoutMs, TimedOutReply.NullArray);
    }

    private static void MoveOne(ref CommandCall call, ListEnd from, ListEnd to, long timeoutMs)
    {
        if (!call.FindForWrite(ValueKind.List, out _, out bool exists))
            return;
        if (exists)
            ListMoves.MoveOne(ref call, from, to);
        else
            Wait(ref call, ValueKind.List, 1..2, timeoutMs, TimedOutReply.Null);
    }

    private static bool TryFind(ref CommandCall call, ReadOnlySpan<byte> key, ValueKind kind, out Database database, out Slot slot, out bool exists)
    {
        database = call.Locate(key, out ulong hash);
        exists = database.FindForWrite(key, hash, out slot);
        if (!exists || database.Table.Kind(slot) == kind)
            return true;
        call.Reply.Error(Errors.WrongType);
        return false;
    }

    private static void Wait(ref CommandCall call, ValueKind kind, Range keys, long timeoutMs, TimedOutReply timedOut)
    {
        if (call.IsNested)
            timedOut.AtOnce(call.Reply);
        else
            BlockedCommand.Enter(ref call, WaitCondition.Has(kind), keys, timedOut, timeoutMs);
    }
}
