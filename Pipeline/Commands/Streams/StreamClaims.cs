using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>XACK, XCLAIM, XAUTOCLAIM: what was given to consumers is acknowledged, or given to others. An entry that is gone from the stream leaves the lists.</summary>
internal static class StreamClaims
{
    /// <summary>XACK key group id [id ...].</summary>
    public static void Acknowledge(ref CommandCall call)
    {
        if (!call.FindForWrite(ValueKind.Stream, out Slot slot, out bool exists))
            return;
        if (!exists || call.Database.Object<StreamValue>(slot).Groups.Find(call.Args[2]) is not { } group)
        {
            call.Reply.Integer(0);
            return;
        }

        for (int i = 3; i < call.Count; i++)
        {
            if (!StreamIds.TryRead(ref call, i, out _))
                return;
        }

        long acknowledged = 0;
        for (int i = 3; i < call.Count; i++)
        {
            if (StreamIds.TryParse(call.Args[i], 0, out StreamId id) && group.Acknowledge(id))
                acknowledged++;
        }

        if (acknowledged > 0)
            call.Changed(ChangeClass.Silent, "xack");
        call.Reply.Integer(acknowledged);
    }

    /// <summary>XCLAIM key group consumer min-idle-time id [id ...] [IDLE ms] [TIME unix-ms] [RETRYCOUNT count] [FORCE] [JUSTID] [LASTID id].</summary>
    public static void Claim(ref CommandCall call)
    {
        if (!TryFindGroup(ref call, out StreamValue? stream, out StreamGroup? group) || !StreamClaimOptions.TryRead(ref call, out StreamClaimOptions options))
            return;
        if (options.LastId > group!.LastId)
            group.LastId = options.LastId;
        StreamConsumer consumer = StreamConsumers.FindOrAdd(call.Database, call.Key, group, call.Args[3]);
        int mark = call.Reply.BeginDeferred();
        int claimed = 0;
        for (int i = StreamClaimOptions.FirstId; i < StreamClaimOptions.FirstId + options.Ids; i++)
        {
            if (StreamIds.TryParse(call.Args[i], 0, out StreamId id) && TryClaim(ref call, stream!, group, consumer, id, options))
                claimed++;
        }

        call.Reply.EndDeferred(mark, '*', claimed);
        call.Changed(ChangeClass.Silent, "xclaim");
    }

    /// <summary>XAUTOCLAIM key group consumer min-idle-time start [COUNT count] [JUSTID].</summary>
    public static void AutoClaim(ref CommandCall call)
    {
        if (!StreamClaimOptions.TryReadAuto(ref call, out StreamClaimOptions options, out StreamId at, out long count))
            return;
        if (!TryFindGroup(ref call, out StreamValue? stream, out StreamGroup? group))
            return;
        StreamConsumer consumer = StreamConsumers.FindOrAdd(call.Database, call.Key, group!, call.Args[3]);
        List<StreamId> gone = [];
        // The cursor comes first in the reply and is known last.
        int start = call.Reply.Length;
        int mark = call.Reply.BeginDeferred();
        int claimed = 0;
        bool isAtEnd = false;
        for (long attempts = count * StreamClaimOptions.AttemptsPerClaim; attempts > 0 && count > 0; attempts--)
        {
            if (isAtEnd || !group!.Pending.TryFirst(at, out StreamId id, out _))
                break;
            isAtEnd = !id.TryNext(out at);
            if (!stream!.Contains(id))
            {
                group.Acknowledge(id);
                gone.Add(id);
                count--;
            }
            else if (TryClaim(ref call, stream, group, consumer, id, options))
            {
                claimed++;
                count--;
            }
        }

        call.Reply.EndDeferred(mark, '*', claimed);
        StreamId next = !isAtEnd && group!.Pending.TryFirst(at, out StreamId found, out _) ? found : StreamId.Min;
        FinishAutoClaim(ref call, start, next, gone);
        call.Changed(ChangeClass.Silent, "xautoclaim");
    }

    private static void FinishAutoClaim(ref CommandCall call, int start, StreamId next, List<StreamId> gone)
    {
        byte[] claims = call.Reply.Written[start..].ToArray();
        call.Reply.Truncate(start);
        call.Reply.Array(3);
        StreamReply.WriteId(call.Reply, next);
        call.Reply.Raw(claims);
        call.Reply.Array(gone.Count);
        foreach (StreamId id in gone)
            StreamReply.WriteId(call.Reply, id);
    }

    private static bool TryFindGroup(ref CommandCall call, out StreamValue? stream, out StreamGroup? group)
    {
        stream = null;
        group = null;
        if (!call.FindForWrite(ValueKind.Stream, out Slot slot, out bool exists))
            return false;
        stream = exists ? call.Database.Object<StreamValue>(slot) : null;
        group = stream?.Groups.Find(call.Args[2]);
        if (group is not null)
            return true;
        call.Reply.Error(StreamErrors.NoKeyOrGroup(call.Key, call.Args[2]));
        return false;
    }

    private static bool TryClaim(
        ref CommandCall call, StreamValue stream, StreamGroup group, StreamConsumer consumer, StreamId id, scoped in StreamClaimOptions options)
    {
        if (!stream.Contains(id))
        {
            group.Acknowledge(id);
            return false;
        }

        bool isPending = group.Pending.TryGet(id, out StreamDelivery delivery);
        if (!isPending && !options.Force)
            return false;
        if (isPending && options.MinIdleMs > 0 && call.NowMs - delivery.AtMs < options.MinIdleMs)
            return false;
        long count = isPending ? delivery.Count : 1;
        if (options.Retries >= 0)
            count = options.Retries;
        else if (!options.JustId)
            count++;
        group.Assign(id, new StreamDelivery(consumer, options.AtMs, count));
        consumer.ActiveAtMs = consumer.SeenAtMs;
        if (options.JustId)
            StreamReply.WriteId(call.Reply, id);
        else
            StreamReply.TryWriteEntry(call.Reply, stream, id);
        return true;
    }
}
