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
        if (!KeyCounts.TryRead(ref call, 1, out int keys))
            return;
        int at = 2 + keys;
        if (at >= call.Count)
        {
            call.Reply.Error(Errors.Syntax);
            return;
        }

        if (!ListWords.TryEnd(ref call, at, out ListEnd end) || !KeyCounts.TryReadPopCount(ref call, at + 1, out long count))
            return;
        for (int i = 2; i < at; i++)
        {
            if (!TryFind(ref call, call.Args[i], out Database database, out Slot slot, out bool exists))
                return;
            if (!exists)
                continue;
            call.Reply.Array(2);
            call.Reply.Bulk(call.Args[i]);
            TakeMany(ref call, database, call.Args[i], slot, end, count);
            return;
        }

        call.Reply.NullArray();
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
