using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.SortedSets;

/// <summary>ZSCAN.</summary>
internal static class SortedSetScan
{
    public static void Scan(ref CommandCall call)
    {
        if (!ScanOptions.TryCursor(ref call, 2, out ulong cursor) || !call.FindForRead(ValueKind.SortedSet, out Slot slot, out bool exists))
            return;
        if (!exists)
        {
            ScanOptions.Begin(call.Reply, 0);
            call.Reply.Array(0);
            return;
        }

        if (!ScanOptions.TryRead(ref call, 3, out ScanOptions options))
            return;
        if (call.Database.Table.Encoding(slot) == ValueEncoding.Object)
            ScanTable(call.Reply, call.Database.Object<SortedSetValue>(slot), cursor, options);
        else
            ScanBlock(call.Reply, new RecordSortedSet(call.Database, slot), options);
    }

    // A small set comes whole.
    private static void ScanBlock(ReplyBuffer reply, in RecordSortedSet set, in ScanOptions options)
    {
        ScanOptions.Begin(reply, 0);
        int mark = reply.BeginDeferred();
        int count = 0;
        SortedSetReader reader = set.Read(0);
        while (reader.MoveNext())
        {
            if (options.Wants(reader.Member))
                count += WritePair(reply, reader.Member, reader.Score);
        }

        reply.EndDeferred(mark, '*', count);
    }

    private static void ScanTable(ReplyBuffer reply, SortedSetValue set, ulong cursor, in ScanOptions options)
    {
        List<Slot> slots = new((int)Math.Min(options.Count + 12, 1024));
        long looks = options.LooksMax;
        do
            cursor = set.Scan(cursor, slots);
        while (cursor != 0 && slots.Count < options.Count && --looks > 0);
        ScanOptions.Begin(reply, cursor);
        int mark = reply.BeginDeferred();
        int count = 0;
        foreach (Slot slot in slots)
        {
            ReadOnlySpan<byte> member = set.MemberOf(slot);
            if (options.Wants(member))
                count += WritePair(reply, member, set.ScoreOf(slot));
        }

        reply.EndDeferred(mark, '*', count);
    }

    // Scores are text here in both protocols.
    private static int WritePair(ReplyBuffer reply, ReadOnlySpan<byte> member, double score)
    {
        Span<byte> text = stackalloc byte[DoubleText.BytesMax];
        reply.Bulk(member);
        reply.Bulk(text[..DoubleText.Format(score, text)]);
        return 2;
    }
}
