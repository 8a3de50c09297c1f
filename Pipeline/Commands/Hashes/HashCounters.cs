using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Hashes;

/// <summary>HINCRBY, HINCRBYFLOAT. The field keeps its expiry.</summary>
internal static class HashCounters
{
    public static void IncrBy(ref CommandCall call)
    {
        if (!call.TryInteger(3, out long by) || !HashKey.FindForWrite(ref call, out Slot slot, out bool exists))
            return;
        long number = 0;
        if (exists && HashValue.TryGet(call.Database, slot, call.Args[2], out ReadOnlySpan<byte> text) && !IntegerText.TryParse(text, out number))
        {
            call.Reply.Error("ERR hash value is not an integer");
            return;
        }

        if (by > 0 ? number > long.MaxValue - by : number < long.MinValue - by)
        {
            call.Reply.Error(Errors.Overflow);
            return;
        }

        number += by;
        Span<byte> scratch = stackalloc byte[IntegerText.BytesMax];
        Store(ref call, slot, exists, IntegerText.Write(number, scratch), "hincrby");
        call.Reply.Integer(number);
    }

    public static void IncrByFloat(ref CommandCall call)
    {
        if (!ExtendedFloat.TryParse(call.Args[3], out ExtendedFloat by))
        {
            call.Reply.Error(Errors.NotFloat);
            return;
        }

        if (!by.IsFinite)
        {
            call.Reply.Error("ERR value is NaN or Infinity");
            return;
        }

        if (!HashKey.FindForWrite(ref call, out Slot slot, out bool exists))
            return;
        ExtendedFloat number = ExtendedFloat.From(0);
        if (exists && HashValue.TryGet(call.Database, slot, call.Args[2], out ReadOnlySpan<byte> old) && !ExtendedFloat.TryParse(old, out number))
        {
            call.Reply.Error("ERR hash value is not a float");
            return;
        }

        number = number.Plus(by);
        if (!number.IsFinite)
        {
            call.Reply.Error("ERR increment would produce NaN or Infinity");
            return;
        }

        Span<byte> text = stackalloc byte[ExtendedFloat.TextBytesMax];
        text = text[..number.Format(text)];
        Store(ref call, slot, exists, text, "hincrbyfloat");
        call.Reply.Bulk(text);
    }

    private static void Store(ref CommandCall call, Slot slot, bool exists, scoped ReadOnlySpan<byte> value, string eventName)
    {
        if (!exists)
            slot = HashValue.Create(call.Database, call.Key, call.Hash);
        HashValue.Set(call.Database, ref slot, call.Args[2], value, keepExpiry: true);
        call.Changed(ChangeClass.Hash, eventName);
    }
}
