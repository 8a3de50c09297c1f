using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Hashes;

/// <summary>HGET, HMGET, HEXISTS, HSTRLEN, HLEN, HGETALL, HKEYS, HVALS.</summary>
internal static class HashReads
{
    private enum Part
    {
        Fields,
        Values,
        Both,
    }

    public static void Get(ref CommandCall call)
    {
        if (!TryFindField(ref call, out ReadOnlySpan<byte> value, out bool exists))
            return;
        if (exists)
            call.Reply.Bulk(value);
        else
            call.Reply.Null();
    }

    public static void Exists(ref CommandCall call)
    {
        if (TryFindField(ref call, out _, out bool exists))
            call.Reply.Integer(exists ? 1 : 0);
    }

    public static void ValueLength(ref CommandCall call)
    {
        if (TryFindField(ref call, out ReadOnlySpan<byte> value, out _))
            call.Reply.Integer(value.Length);
    }

    public static void GetMany(ref CommandCall call)
    {
        if (!call.FindForRead(ValueKind.Hash, out Slot slot, out bool exists))
            return;
        call.Reply.Array(call.Count - 2);
        for (int i = 2; i < call.Count; i++)
            WriteValue(ref call, slot, exists, i);
    }

    public static void Length(ref CommandCall call)
    {
        if (call.FindForRead(ValueKind.Hash, out Slot slot, out bool exists))
            call.Reply.Integer(exists ? HashValue.Count(call.Database, slot) : 0);
    }

    public static void GetAll(ref CommandCall call) => WriteAll(ref call, Part.Both);

    public static void Keys(ref CommandCall call) => WriteAll(ref call, Part.Fields);

    public static void Values(ref CommandCall call) => WriteAll(ref call, Part.Values);

    /// <summary>Writes the value of the field that is argument <paramref name="index"/>, or null.</summary>
    public static bool WriteValue(ref CommandCall call, Slot slot, bool exists, int index)
    {
        if (exists && HashValue.TryGet(call.Database, slot, call.Args[index], out ReadOnlySpan<byte> value))
        {
            call.Reply.Bulk(value);
            return true;
        }

        call.Reply.Null();
        return false;
    }

    private static bool TryFindField(ref CommandCall call, out ReadOnlySpan<byte> value, out bool exists)
    {
        value = default;
        if (!call.FindForRead(ValueKind.Hash, out Slot slot, out exists))
            return false;
        exists = exists && HashValue.TryGet(call.Database, slot, call.Args[2], out value);
        return true;
    }

    private static void WriteAll(ref CommandCall call, Part part)
    {
        if (!call.FindForRead(ValueKind.Hash, out Slot slot, out bool exists))
            return;
        int count = exists ? (int)HashValue.Count(call.Database, slot) : 0;
        if (part == Part.Both)
            call.Reply.Map(count);
        else
            call.Reply.Array(count);
        if (!exists)
            return;
        HashEntries entries = new(call.Database, slot);
        while (entries.MoveNext())
        {
            if (part != Part.Values)
                call.Reply.Bulk(entries.Field);
            if (part != Part.Fields)
                call.Reply.Bulk(entries.Value);
        }
    }
}
