using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Lists;

/// <summary>LPOP, RPOP, LMPOP.</summary>
internal static class ListPops
{
    public static void PopLeft(ref CommandCall call) => Pop(ref call, ListEnd.Left);

    public static void PopRight(ref CommandCall call) => Pop(ref call, ListEnd.Right);

    /// <summary>LMPOP numkeys key [key ...] LEFT | RIGHT [COUNT count].</summary>
    public static void PopFromFirst(ref CommandCall call)
    {
        if (TryParse(ref call, 1, out Range keys, out ListEnd end, out long count) && !TryPopFromFirst(ref call, keys, end, count))
            call.Reply.NullArray();
    }

    /// <summary>Reads LMPOP's arguments from "numkeys" on; false with an error written.</summary>
    public static bool TryParse(ref CommandCall call, int countAt, out Range keys, out ListEnd end, out long count)
    {
        keys = default;
        end = default;
        count = 0;
        if (!KeyCounts.TryRead(ref call, countAt, out int number))
            return false;
        int at = countAt + 1 + number;
        if (at >= call.Count)
        {
            call.Reply.Error(Errors.Syntax);
            return false;
        }

        keys = (countAt + 1)..at;
        return ListWords.TryEnd(ref call, at, out end) && KeyCounts.TryReadPopCount(ref call, at + 1, out count);
    }

    /// <summary>Pops from the first list that has any: true with a reply written (what was popped, or an error), false if all are empty.</summary>
    public static bool TryPopFromFirst(ref CommandCall call, Range keys, ListEnd end, long count)
    {
        for (int i = keys.Start.Value; i < keys.End.Value; i++)
        {
            if (!call.LooksAt(i))
                continue;
            if (!TryFind(ref call, call.Args[i], out Database database, out Slot slot, out bool exists))
                return true;
            if (!exists)
                continue;
            call.Reply.Array(2);
            call.Reply.Bulk(call.Args[i]);
            TakeMany(ref call, database, call.Args[i], slot, end, count);
            return true;
        }

        return false;
    }

    /// <summary>Writes the element at an end as a reply, removes it and reports that. The record is a list.</summary>
    public static void TakeOne(ref CommandCall call, Database database, ReadOnlySpan<byte> key, Slot slot, ListEnd end)
    {
        RecordList list = new(database, slot);
        call.Reply.Bulk(list.Peek(end));
        list.Pop(end);
        ListWords.Removed(database, key, ref list, ListWords.PopEvent(end));
    }

    /// <summary>Writes up to <paramref name="count"/> elements from an end on as an array, removes them and reports that. The record is a list.</summary>
    public static void TakeMany(ref CommandCall call, Database database, ReadOnlySpan<byte> key, Slot slot, ListEnd end, long count)
    {
        RecordList list = new(database, slot);
        count = Math.Min(count, list.Count);
        call.Reply.Array((int)count);
        if (count == 0)
            return;
        bool backward = end == ListEnd.Right;
        ListReader reader = list.Read(backward ? list.Count - 1 : 0, backward);
        for (long i = 0; i < count && reader.MoveNext(); i++)
            call.Reply.Bulk(reader.Current);
        list.Pop(end, count);
        ListWords.Removed(database, key, ref list, ListWords.PopEvent(end));
    }

    private static void Pop(ref CommandCall call, ListEnd end)
    {
        if (call.Count > 3)
        {
            call.Reply.Error(Errors.WrongArity(call.Descriptor.Name));
            return;
        }

        bool many = call.Count == 3;
        long count = 1;
        if (many && (!Numbers.TryInteger(call.Args[2], out count) || count < 0))
        {
            call.Reply.Error(Errors.MustBePositive);
            return;
        }

        if (!call.FindForWrite(ValueKind.List, out Slot slot, out bool exists))
            return;
        if (!exists && many)
            call.Reply.NullArray();
        else if (!exists)
            call.Reply.Null();
        else if (many)
            TakeMany(ref call, call.Database, call.Key, slot, end, count);
        else
            TakeOne(ref call, call.Database, call.Key, slot, end);
    }

    private static bool TryFind(ref CommandCall call, ReadOnlySpan<byte> key, out Database database, out Slot slot, out bool exists)
    {
        database = call.Locate(key, out ulong hash);
        exists = database.FindForWrite(key, hash, out slot);
        if (!exists || database.Table.Kind(slot) == ValueKind.List)
            return true;
        call.Reply.Error(Errors.WrongType);
        return false;
    }
}
