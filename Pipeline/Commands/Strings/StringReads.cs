using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Strings;

/// <summary>Commands that read strings.</summary>
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

        Span<byte> scratch = stackalloc byte[IntegerText.BytesMax];
        call.Reply.Bulk(call.Database.StringBytes(slot, scratch));
    }
}
