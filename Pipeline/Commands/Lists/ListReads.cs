using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Lists;

/// <summary>LLEN, LINDEX, LRANGE.</summary>
internal static class ListReads
{
    public static void Length(ref CommandCall call)
    {
        if (!call.FindForRead(ValueKind.List, out Slot slot, out bool exists))
            return;
        call.Reply.Integer(exists ? new RecordList(call.Database, slot).Count : 0);
    }

    public static void Index(ref CommandCall call)
    {
        if (!call.FindForRead(ValueKind.List, out Slot slot, out bool exists))
            return;
        if (!exists)
        {
            call.Reply.Null();
            return;
        }

        if (!call.TryInteger(2, out long index))
            return;
        RecordList list = new(call.Database, slot);
        if (index < 0)
            index += list.Count;
        if (index < 0 || index >= list.Count)
        {
            call.Reply.Null();
            return;
        }

        ListReader reader = list.Read(index);
        reader.MoveNext();
        call.Reply.Bulk(reader.Current);
    }

    public static void Range(ref CommandCall call)
    {
        if (!call.TryInteger(2, out long start) || !call.TryInteger(3, out long stop))
            return;
        if (!call.FindForRead(ValueKind.List, out Slot slot, out bool exists))
            return;
        if (!exists)
        {
            call.Reply.Array(0);
            return;
        }

        RecordList list = new(call.Database, slot);
        long count = IndexRange.Resolve(ref start, stop, list.Count);
        call.Reply.Array((int)count);
        if (count == 0)
            return;
        ListReader reader = list.Read(start);
        for (; count > 0 && reader.MoveNext(); count--)
            call.Reply.Bulk(reader.Current);
    }
}
