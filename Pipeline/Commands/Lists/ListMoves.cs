using System.Buffers;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Lists;

/// <summary>LMOVE and RPOPLPUSH.</summary>
internal static class ListMoves
{
    public static void Move(ref CommandCall call)
    {
        if (ListWords.TryEnd(ref call, 3, out ListEnd from) && ListWords.TryEnd(ref call, 4, out ListEnd to))
            MoveOne(ref call, from, to);
    }

    public static void RightToLeft(ref CommandCall call) => MoveOne(ref call, ListEnd.Right, ListEnd.Left);

    /// <summary>Moves an element from the list of the first key to the list of the second and replies with it, or with null if there is none.</summary>
    public static void MoveOne(ref CommandCall call, ListEnd from, ListEnd to)
    {
        ReadOnlySpan<byte> targetKey = call.Args[2];
        if (!call.FindForWrite(ValueKind.List, out Slot slot, out bool exists))
            return;
        if (!exists)
        {
            call.Reply.Null();
            return;
        }

        Database target = call.Locate(targetKey, out ulong targetHash);
        bool targetExists = target.FindForWrite(targetKey, targetHash, out Slot targetSlot);
        if (targetExists && target.Table.Kind(targetSlot) != ValueKind.List)
        {
            call.Reply.Error(Errors.WrongType);
            return;
        }

        byte[] value = TakeValue(ref call, from, out int length);
        RecordList list = target.Find(targetKey, targetHash, out targetSlot)
            ? new RecordList(target, targetSlot)
            : RecordList.Create(target, targetKey, targetHash);
        list.Push(to, value.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(value);
        Report(ref call, target, targetKey, from, to);
    }

    // The value is copied: both lists may be one, and a push moves what a packed list holds. The source stays, empty or not, until both changes are made.
    private static byte[] TakeValue(ref CommandCall call, ListEnd from, out int length)
    {
        call.Database.Find(call.Key, call.Hash, out Slot slot);
        RecordList source = new(call.Database, slot);
        ReadOnlySpan<byte> value = source.Peek(from);
        call.Reply.Bulk(value);
        length = value.Length;
        byte[] copy = ArrayPool<byte>.Shared.Rent(length);
        value.CopyTo(copy);
        source.Pop(from);
        return copy;
    }

    private static void Report(ref CommandCall call, Database target, ReadOnlySpan<byte> targetKey, ListEnd from, ListEnd to)
    {
        target.Changed(targetKey, ChangeClass.List, ListWords.PushEvent(to));
        call.Database.Find(call.Key, call.Hash, out Slot slot);
        RecordList source = new(call.Database, slot);
        ListWords.Removed(call.Database, call.Key, ref source, ListWords.PopEvent(from));
    }
}
