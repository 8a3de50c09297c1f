using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Strings;

/// <summary>Commands that read one string.</summary>
internal static class StringReads
{
    public static void Get(ref CommandCall call)
    {
        if (!call.FindForRead(ValueKind.String, out Slot slot, out bool exists))
            return;
        if (!exists)
        {
            call.Reply.Null();
            return;
        }

        StringReply.Write(call.Reply, call.Database, slot);
    }

    public static void StrLen(ref CommandCall call)
    {
        if (call.FindForRead(ValueKind.String, out Slot slot, out bool exists))
            call.Reply.Integer(exists ? StringValue.Length(call.Database, slot) : 0);
    }

    public static void GetRange(ref CommandCall call)
    {
        if (!call.TryInteger(2, out long start) || !call.TryInteger(3, out long end) || !call.FindForRead(ValueKind.String, out Slot slot, out bool exists))
            return;
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        ReadOnlySpan<byte> value = exists ? call.Database.StringBytes(slot, scratch) : [];
        (long first, long last) = ByteRange.Clip(start, end, value.Length);
        call.Reply.Bulk(ByteRange.IsBackwards(start, end) || first > last ? [] : value[(int)first..(int)(last + 1)]);
    }
}
