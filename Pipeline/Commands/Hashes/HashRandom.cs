using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Hashes;

/// <summary>HRANDFIELD.</summary>
internal static class HashRandom
{
    public static void RandomField(ref CommandCall call)
    {
        bool hasCount = call.Count > 2;
        long count = 1;
        if (hasCount && !RandomCount.TryRead(ref call, 2, out count))
            return;
        bool withValues = call.Count == 4 && call.Args.Is(3, "WITHVALUES");
        if (call.Count > 4 || (call.Count == 4 && !withValues))
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        if (withValues && count is < -long.MaxValue / 2 or > long.MaxValue / 2)
        {
            call.Reply.Error(Errors.OutOfRange);
            return;
        }

        if (!call.FindForRead(ValueKind.Hash, out Slot slot, out bool exists))
            return;
        long fields = exists ? HashValue.Count(call.Database, slot) : 0;
        if (fields == 0 && !hasCount)
            call.Reply.Null();
        else if (fields == 0 || count == 0)
            call.Reply.Array(0);
        else
            Write(ref call, slot, fields, count, hasCount, withValues);
    }

    private static void Write(ref CommandCall call, Slot slot, long fields, long count, bool hasCount, bool withValues)
    {
        FieldReply sink = new(call.Reply, withValues);
        if (!hasCount)
        {
            HashSample.Repeated(call.Database, slot, 1, ref sink);
            return;
        }

        if (count > 0)
        {
            count = Math.Min(count, fields);
            sink.Begin(count);
            HashSample.Distinct(call.Database, slot, count, ref sink);
            return;
        }

        int start = call.Reply.Length;
        if (!RandomCount.CanRepeat(ref call, ref count))
            return;
        sink.Begin(count);
        while (RandomCount.NextPart(ref call, start, ref count, out int part))
            HashSample.Repeated(call.Database, slot, part, ref sink);
    }

    /// <summary>Fields, or fields with values: pairs in RESP3, one behind the other in RESP2.</summary>
    private readonly struct FieldReply(ReplyBuffer reply, bool withValues) : IHashSink
    {
        public void Begin(long count) => reply.Array((int)(withValues && !reply.Resp3 ? 2 * count : count));

        public void Add(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value)
        {
            if (withValues && reply.Resp3)
                reply.Array(2);
            reply.Bulk(field);
            if (withValues)
                reply.Bulk(value);
        }
    }
}
