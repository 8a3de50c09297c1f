using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Sets;

/// <summary>SSCAN. A set that is one block is returned whole.</summary>
internal static class SetScan
{
    public static void Scan(ref CommandCall call)
    {
        if (!ScanOptions.TryCursor(ref call, 2, out ulong cursor) || !call.FindForRead(ValueKind.Set, out Slot slot, out bool exists))
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
            WriteSome(ref call, SetValue.Table(call.Database, slot).Records, cursor, options);
        else
            WriteAll(ref call, slot, options);
    }

    private static void WriteAll(ref CommandCall call, Slot slot, in ScanOptions options)
    {
        ScanOptions.Begin(call.Reply, 0);
        int mark = call.Reply.BeginDeferred();
        int written = 0;
        SetMembers members = new(call.Database, slot);
        while (members.MoveNext())
            written += Write(ref call, options, members.Current);
        call.Reply.EndDeferred(mark, '*', written);
    }

    private static void WriteSome(ref CommandCall call, DashTable table, ulong cursor, in ScanOptions options)
    {
        List<Slot> slots = call.Database.Keyspace.Slots;
        slots.Clear();
        long looks = options.LooksMax;
        do
        {
            cursor = table.Scan(cursor, slots);
        }
        while (cursor != 0 && slots.Count < options.Count && --looks > 0);

        ScanOptions.Begin(call.Reply, cursor);
        int mark = call.Reply.BeginDeferred();
        int written = 0;
        foreach (Slot slot in slots)
            written += Write(ref call, options, table.Key(slot));
        call.Reply.EndDeferred(mark, '*', written);
        ScanOptions.GiveBack(slots);
    }

    private static int Write(ref CommandCall call, in ScanOptions options, scoped ReadOnlySpan<byte> member)
    {
        if (!options.Wants(member))
            return 0;
        call.Reply.Bulk(member);
        return 1;
    }
}
