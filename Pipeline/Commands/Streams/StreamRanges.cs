using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>XLEN, XRANGE, XREVRANGE.</summary>
internal static class StreamRanges
{
    private const long NoCount = -1;

    /// <summary>XLEN key.</summary>
    public static void Length(ref CommandCall call)
    {
        if (call.FindForRead(ValueKind.Stream, out Slot slot, out bool exists))
            call.Reply.Integer(exists ? call.Database.Object<StreamValue>(slot).Length : 0);
    }

    /// <summary>XRANGE key start end [COUNT count].</summary>
    public static void Range(ref CommandCall call) => Answer(ref call, backward: false);

    /// <summary>XREVRANGE key end start [COUNT count].</summary>
    public static void ReverseRange(ref CommandCall call) => Answer(ref call, backward: true);

    private static void Answer(ref CommandCall call, bool backward)
    {
        if (!StreamIds.TryReadStart(ref call, backward ? 3 : 2, out StreamId from) || !StreamIds.TryReadEnd(ref call, backward ? 2 : 3, out StreamId to))
            return;
        if (!TryReadCount(ref call, out long count) || !call.FindForRead(ValueKind.Stream, out Slot slot, out bool exists))
            return;
        if (!exists)
            call.Reply.Array(0);
        else if (count == 0)
            call.Reply.NullArray();
        else
            StreamReply.WriteRange(call.Reply, call.Database.Object<StreamValue>(slot), from, to, count == NoCount ? 0 : count, backward);
    }

    private static bool TryReadCount(ref CommandCall call, out long count)
    {
        count = NoCount;
        for (int i = 4; i < call.Count; i += 2)
        {
            if (!call.Args.Is(i, "COUNT") || i + 1 == call.Count)
            {
                call.Reply.Error(Errors.Syntax);
                return false;
            }

            if (!call.TryInteger(i + 1, out count))
                return false;
            count = Math.Max(count, 0);
        }

        return true;
    }
}
