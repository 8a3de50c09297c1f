using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Hashes;

/// <summary>HSCAN. A packed hash is returned whole.</summary>
internal static class HashScan
{
    public static void Scan(ref CommandCall call)
    {
        if (!ScanOptions.TryCursor(ref call, 2, out ulong cursor) || !call.FindForRead(ValueKind.Hash, out Slot slot, out bool exists))
            return;
        if (!exists)
        {
            ScanOptions.Begin(call.Reply, 0);
            call.Reply.Array(0);
            return;
        }

        if (!ScanOptions.TryRead(ref call, 3, out ScanOptions options, allowNoValues: true))
            return;
        if (HashValue.IsTable(call.Database, slot))
            WriteSome(ref call, HashValue.Table(call.Database, slot), cursor, options);
        else
            WriteAll(ref call, slot, options);
    }

    private static void WriteAll(ref CommandCall call, Slot slot, in ScanOptions options)
    {
        ScanOptions.Begin(call.Reply, 0);
        int mark = call.Reply.BeginDeferred();
        int written = 0;
        HashEntries entries = new(call.Database, slot);
        while (entries.MoveNext())
            written += Write(ref call, options, entries.Field, entries.Value);
        call.Reply.EndDeferred(mark, '*', written);
    }

    private static void WriteSome(ref CommandCall call, HashTableValue table, ulong cursor, in ScanOptions options)
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
            written += Write(ref call, options, table.FieldOf(slot), table.ValueOf(slot));
        call.Reply.EndDeferred(mark, '*', written);
        ScanOptions.GiveBack(slots);
    }

    // How many elements of the reply that made.
    private static int Write(ref CommandCall call, in ScanOptions options, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value)
    {
        if (!options.Wants(field))
            return 0;
        call.Reply.Bulk(field);
        if (options.NoValues)
            return 1;
        call.Reply.Bulk(value);
        return 2;
    }
}
