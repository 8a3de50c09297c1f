using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>XPENDING: what the consumers of a group have not acknowledged, summed up or one by one.</summary>
internal static class StreamPending
{
    /// <summary>XPENDING key group [[IDLE min-idle-time] start end count [consumer]].</summary>
    public static void Pending(ref CommandCall call)
    {
        if (call.Count is not 3 and (< 6 or > 9))
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        PendingRange range = default;
        if (call.Count > 3 && !range.TryRead(ref call))
            return;
        if (!call.FindForRead(ValueKind.Stream, out Slot slot, out bool exists))
            return;
        if (!exists || call.Database.Object<StreamValue>(slot).Groups.Find(call.Args[2]) is not { } group)
            call.Reply.Error(StreamErrors.NoKeyOrGroup(call.Key, call.Args[2]));
        else if (call.Count == 3)
            WriteSummary(ref call, group);
        else
            WriteRange(ref call, group, range);
    }

    private static void WriteSummary(ref CommandCall call, StreamGroup group)
    {
        call.Reply.Array(4);
        call.Reply.Integer(group.Pending.Count);
        if (!group.Pending.TryFirst(StreamId.Min, out StreamId first, out _) || !group.Pending.TryLast(out StreamId last))
        {
            call.Reply.Null();
            call.Reply.Null();
            call.Reply.NullArray();
            return;
        }

        StreamReply.WriteId(call.Reply, first);
        StreamReply.WriteId(call.Reply, last);
        int mark = call.Reply.BeginDeferred();
        int written = 0;
        for (int i = 0; i < group.Consumers.Count; i++)
        {
            StreamConsumer consumer = group.Consumers[i];
            if (consumer.Pending.Count == 0)
                continue;
            call.Reply.Array(2);
            call.Reply.Bulk(consumer.Name);
            call.Reply.BulkInteger(consumer.Pending.Count);
            written++;
        }

        call.Reply.EndDeferred(mark, '*', written);
    }

    private static void WriteRange(ref CommandCall call, StreamGroup group, in PendingRange range)
    {
        int mark = call.Reply.BeginDeferred();
        int written = 0;
        if (range.Consumer == 0)
        {
            StreamIdMap<StreamDelivery>.Walk pending = group.Pending.From(range.From);
            while (written < range.Count && pending.MoveNext() && pending.Id <= range.To)
                written += Write(ref call, pending.Id, pending.Value, range);
        }
        else if (group.Consumers.Find(call.Args[range.Consumer]) is { } consumer)
        {
            StreamIdMap<ValueTuple>.Walk pending = consumer.Pending.From(range.From);
            while (written < range.Count && pending.MoveNext() && pending.Id <= range.To && group.Pending.TryGet(pending.Id, out StreamDelivery delivery))
                written += Write(ref call, pending.Id, delivery, range);
        }

        call.Reply.EndDeferred(mark, '*', written);
    }

    private static int Write(ref CommandCall call, StreamId id, in StreamDelivery delivery, in PendingRange range)
    {
        long idleMs = call.NowMs - delivery.AtMs;
        if (range.MinIdleMs != 0 && idleMs < range.MinIdleMs)
            return 0;
        call.Reply.Array(4);
        StreamReply.WriteId(call.Reply, id);
        call.Reply.Bulk(delivery.Owner.Name);
        call.Reply.Integer(Math.Max(idleMs, 0));
        call.Reply.Integer(delivery.Count);
        return 1;
    }

    private struct PendingRange
    {
        public long MinIdleMs;
        public StreamId From;
        public StreamId To;
        public long Count;

        // The argument that is the consumer's name; 0 = all consumers.
        public int Consumer;

        public bool TryRead(scoped ref CommandCall call)
        {
            int at = 3;
            if (call.Args.Is(3, "IDLE"))
            {
                if (!call.TryInteger(4, out MinIdleMs))
                    return false;
                if (call.Count < 8)
                {
                    call.Reply.Error(Errors.Syntax);
                    return false;
                }

                at = 5;
            }

            if (!call.TryInteger(at + 2, out Count) || !StreamIds.TryReadStart(ref call, at, out From) || !StreamIds.TryReadEnd(ref call, at + 1, out To))
                return false;
            Consumer = at + 3 < call.Count ? at + 3 : 0;
            return true;
        }
    }
}
