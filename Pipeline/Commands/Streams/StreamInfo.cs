using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Streams;

/// <summary>XINFO: what a stream, its groups and their consumers are like.</summary>
internal static class StreamInfo
{
    private const long EntriesDefault = 10;

    /// <summary>XINFO STREAM key [FULL [COUNT count]].</summary>
    public static void Stream(ref CommandCall call)
    {
        if (!TryFind(ref call, out StreamValue? stream))
            return;
        if (call.Count == 3)
        {
            WriteCommon(call.Reply, stream!, pairs: 10);
            Write(call.Reply, "groups", stream!.Groups.Count);
            call.Reply.Bulk("first-entry");
            StreamReply.WriteEdge(call.Reply, stream, last: false);
            call.Reply.Bulk("last-entry");
            StreamReply.WriteEdge(call.Reply, stream, last: true);
            return;
        }

        long count = EntriesDefault;
        bool isFull = call.Args.Is(3, "FULL") && (call.Count == 4 || (call.Count == 6 && call.Args.Is(4, "COUNT")));
        if (!isFull)
            call.Reply.Error(StreamErrors.Subcommand(ref call));
        else if (call.Count == 4 || call.TryInteger(5, out count))
            WriteFull(call.Reply, stream!, count < 0 ? EntriesDefault : count);
    }

    /// <summary>XINFO GROUPS key.</summary>
    public static void Groups(ref CommandCall call)
    {
        if (!TryFind(ref call, out StreamValue? stream))
            return;
        call.Reply.Array(stream!.Groups.Count);
        for (int i = 0; i < stream.Groups.Count; i++)
        {
            StreamGroup group = stream.Groups[i];
            call.Reply.Map(6);
            Write(call.Reply, "name", group.Name);
            Write(call.Reply, "consumers", group.Consumers.Count);
            Write(call.Reply, "pending", group.Pending.Count);
            WriteProgress(call.Reply, stream, group);
        }
    }

    /// <summary>XINFO CONSUMERS key group.</summary>
    public static void Consumers(ref CommandCall call)
    {
        if (!TryFind(ref call, out StreamValue? stream))
            return;
        if (stream!.Groups.Find(call.Args[3]) is not { } group)
        {
            call.Reply.Error(StreamErrors.NoGroup(call.Args[2], call.Args[3]));
            return;
        }

        call.Reply.Array(group.Consumers.Count);
        for (int i = 0; i < group.Consumers.Count; i++)
        {
            StreamConsumer consumer = group.Consumers[i];
            call.Reply.Map(4);
            Write(call.Reply, "name", consumer.Name);
            Write(call.Reply, "pending", consumer.Pending.Count);
            Write(call.Reply, "idle", Math.Max(call.NowMs - consumer.SeenAtMs, 0));
            Write(call.Reply, "inactive", consumer.ActiveAtMs == StreamConsumer.Never ? StreamConsumer.Never : Math.Max(call.NowMs - consumer.ActiveAtMs, 0));
        }
    }

    private static bool TryFind(ref CommandCall call, out StreamValue? stream)
    {
        stream = null;
        if (!call.Database.FindForRead(call.Args[2], call.Hash, out Slot slot))
            call.Reply.Error(Errors.NoSuchKey);
        else if (call.Database.Table.Kind(slot) != ValueKind.Stream)
            call.Reply.Error(Errors.WrongType);
        else
            stream = call.Database.Object<StreamValue>(slot);
        return stream is not null;
    }

    // Redis finds its nodes by a radix tree; ours are in a ring, which is one node of it, so to speak, beside them.
    private static void WriteCommon(ReplyBuffer reply, StreamValue stream, int pairs)
    {
        reply.Map(pairs);
        Write(reply, "length", stream.Length);
        Write(reply, "radix-tree-keys", stream.NodeCount);
        Write(reply, "radix-tree-nodes", stream.NodeCount + 1);
        Write(reply, "last-generated-id", stream.LastId);
        Write(reply, "max-deleted-entry-id", stream.MaxRemovedId);
        Write(reply, "entries-added", stream.EntriesAdded);
        Write(reply, "recorded-first-entry-id", stream.FirstId);
    }

    private static void WriteFull(ReplyBuffer reply, StreamValue stream, long count)
    {
        WriteCommon(reply, stream, pairs: 9);
        reply.Bulk("entries");
        StreamReply.WriteRange(reply, stream, StreamId.Min, StreamId.Max, count);
        reply.Bulk("groups");
        reply.Array(stream.Groups.Count);
        for (int i = 0; i < stream.Groups.Count; i++)
        {
            StreamGroup group = stream.Groups[i];
            reply.Map(7);
            Write(reply, "name", group.Name);
            WriteProgress(reply, stream, group);
            Write(reply, "pel-count", group.Pending.Count);
            WriteDeliveries(reply, group, count);
            reply.Bulk("consumers");
            reply.Array(group.Consumers.Count);
            for (int j = 0; j < group.Consumers.Count; j++)
                WriteConsumer(reply, group, group.Consumers[j], count);
        }
    }

    private static void WriteProgress(ReplyBuffer reply, StreamValue stream, StreamGroup group)
    {
        Write(reply, "last-delivered-id", group.LastId);
        reply.Bulk("entries-read");
        if (group.EntriesRead == StreamValue.UnknownRead)
            reply.Null();
        else
            reply.Integer(group.EntriesRead);
        reply.Bulk("lag");
        if (stream.TryLag(group, out long lag))
            reply.Integer(lag);
        else
            reply.Null();
    }

    private static void WriteDeliveries(ReplyBuffer reply, StreamGroup group, long count)
    {
        reply.Bulk("pending");
        int mark = reply.BeginDeferred();
        int written = 0;
        StreamIdMap<StreamDelivery>.Walk pending = group.Pending.From(StreamId.Min);
        for (; (count == 0 || written < count) && pending.MoveNext(); written++)
        {
            reply.Array(4);
            StreamReply.WriteId(reply, pending.Id);
            reply.Bulk(pending.Value.Owner.Name);
            reply.Integer(pending.Value.AtMs);
            reply.Integer(pending.Value.Count);
        }

        reply.EndDeferred(mark, '*', written);
    }

    private static void WriteConsumer(ReplyBuffer reply, StreamGroup group, StreamConsumer consumer, long count)
    {
        reply.Map(5);
        Write(reply, "name", consumer.Name);
        Write(reply, "seen-time", consumer.SeenAtMs);
        Write(reply, "active-time", consumer.ActiveAtMs);
        Write(reply, "pel-count", consumer.Pending.Count);
        reply.Bulk("pending");
        int mark = reply.BeginDeferred();
        int written = 0;
        StreamIdMap<ValueTuple>.Walk pending = consumer.Pending.From(StreamId.Min);
        for (; (count == 0 || written < count) && pending.MoveNext(); written++)
        {
            group.Pending.TryGet(pending.Id, out StreamDelivery delivery);
            reply.Array(3);
            StreamReply.WriteId(reply, pending.Id);
            reply.Integer(delivery.AtMs);
            reply.Integer(delivery.Count);
        }

        reply.EndDeferred(mark, '*', written);
    }

    private static void Write(ReplyBuffer reply, string name, long value)
    {
        reply.Bulk(name);
        reply.Integer(value);
    }

    private static void Write(ReplyBuffer reply, string name, StreamId value)
    {
        reply.Bulk(name);
        StreamReply.WriteId(reply, value);
    }

    private static void Write(ReplyBuffer reply, string name, ReadOnlySpan<byte> value)
    {
        reply.Bulk(name);
        reply.Bulk(value);
    }
}
