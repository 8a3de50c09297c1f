using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Lists;

/// <summary>LINSERT, LSET, LREM, LTRIM.</summary>
internal static class ListEdits
{
    public static void Insert(ref CommandCall call)
    {
        bool before = call.Args.Is(2, "BEFORE");
        if (!before && !call.Args.Is(2, "AFTER"))
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        if (!call.FindForWrite(ValueKind.List, out Slot slot, out bool exists))
            return;
        if (!exists)
        {
            call.Reply.Integer(0);
            return;
        }

        RecordList list = new(call.Database, slot);
        long index = IndexOf(ref list, call.Args[3]);
        if (index < 0)
        {
            call.Reply.Integer(-1);
            return;
        }

        list.Insert(before ? index : index + 1, call.Args[4]);
        call.Changed(ChangeClass.List, "linsert");
        call.Reply.Integer(list.Count);
    }

    public static void Set(ref CommandCall call)
    {
        if (!call.FindForWrite(ValueKind.List, out Slot slot, out bool exists))
            return;
        if (!exists)
        {
            call.Reply.Error(Errors.NoSuchKey);
            return;
        }

        if (!call.TryInteger(2, out long index))
            return;
        RecordList list = new(call.Database, slot);
        if (index < 0)
            index += list.Count;
        if (index < 0 || index >= list.Count)
        {
            call.Reply.Error(Errors.IndexOutOfRange);
            return;
        }

        list.Replace(index, call.Args[3]);
        call.Changed(ChangeClass.List, "lset");
        call.Reply.Ok();
    }

    public static void Remove(ref CommandCall call)
    {
        if (!call.TryInteger(2, out long limit))
            return;
        if (!call.FindForWrite(ValueKind.List, out Slot slot, out bool exists))
            return;
        long removed = 0;
        if (exists)
        {
            RecordList list = new(call.Database, slot);
            bool backward = limit < 0;
            removed = list.RemoveMatches(call.Args[3], limit is 0 or long.MinValue ? long.MaxValue : Math.Abs(limit), backward);
            if (removed > 0)
                ListWords.Removed(call.Database, call.Key, ref list, "lrem");
        }

        call.Reply.Integer(removed);
    }

    public static void Trim(ref CommandCall call)
    {
        if (!call.TryInteger(2, out long start) || !call.TryInteger(3, out long stop))
            return;
        if (!call.FindForWrite(ValueKind.List, out Slot slot, out bool exists))
            return;
        call.Reply.Ok();
        if (!exists)
            return;
        RecordList list = new(call.Database, slot);
        long kept = IndexRange.Resolve(ref start, stop, list.Count);
        if (kept == list.Count)
            return;
        list.Pop(ListEnd.Right, list.Count - start - kept);
        list.Pop(ListEnd.Left, start);
        ListWords.Removed(call.Database, call.Key, ref list, "ltrim");
    }

    private static long IndexOf(scoped ref RecordList list, ReadOnlySpan<byte> pivot)
    {
        ListReader reader = list.Read(0);
        for (long index = 0; reader.MoveNext(); index++)
        {
            if (reader.Current.SequenceEqual(pivot))
                return index;
        }

        return -1;
    }
}
