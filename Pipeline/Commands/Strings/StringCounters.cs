using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Strings;

/// <summary>Commands that count.</summary>
internal static class StringCounters
{
    public static void Incr(ref CommandCall call) => Add(ref call, 1);

    public static void Decr(ref CommandCall call) => Add(ref call, -1);

    public static void IncrBy(ref CommandCall call)
    {
        if (call.TryInteger(2, out long by))
            Add(ref call, by);
    }

    public static void DecrBy(ref CommandCall call)
    {
        if (!call.TryInteger(2, out long by))
            return;
        if (by == long.MinValue)
            call.Reply.Error("ERR decrement would overflow");
        else
            Add(ref call, -by);
    }

    public static void IncrByFloat(ref CommandCall call)
    {
        if (!call.FindForWrite(ValueKind.String, out Slot slot, out bool exists))
            return;
        Span<byte> text = stackalloc byte[ExtendedFloat.TextBytesMax];
        ExtendedFloat value = ExtendedFloat.From(0);
        if ((exists && !ExtendedFloat.TryParse(call.Database.StringBytes(slot, text), out value))
            || !ExtendedFloat.TryParse(call.Args[2], out ExtendedFloat by))
        {
            call.Reply.Error(Errors.NotFloat);
            return;
        }

        value = value.Plus(by);
        if (!value.IsFinite)
        {
            call.Reply.Error("ERR increment would produce NaN or Infinity");
            return;
        }

        text = text[..value.Format(text)];
        long expireAtMs = exists ? call.Database.Table.ExpireAtMs(slot) : 0;
        text.CopyTo(StringValue.StoreRaw(call.Database, call.Key, call.Hash, exists, ref slot, text.Length, expireAtMs));
        call.Changed(ChangeClass.String, "incrbyfloat");
        call.Reply.Bulk(text);
    }

    private static void Add(ref CommandCall call, long by)
    {
        if (!call.FindForWrite(ValueKind.String, out Slot slot, out bool exists))
            return;
        long number = 0;
        if (exists && !StringValue.TryInteger(call.Database, slot, out number))
        {
            call.Reply.Error(Errors.NotInteger);
            return;
        }

        if (by > 0 ? number > long.MaxValue - by : number < long.MinValue - by)
        {
            call.Reply.Error(Errors.Overflow);
            return;
        }

        number += by;
        if (!exists)
            slot = call.Database.Create(call.Key, call.Hash, ValueKind.String, ValueEncoding.Integer, sizeof(long));
        StringValue.StoreInteger(call.Database, ref slot, number);
        call.Changed(ChangeClass.String, "incrby");
        call.Reply.Integer(number);
    }
}
