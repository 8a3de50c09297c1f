using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Sets;

/// <summary>SADD, SREM, SMOVE.</summary>
internal static class SetWrites
{
    public static void Add(ref CommandCall call)
    {
        if (!call.FindForWrite(ValueKind.Set, out Slot slot, out bool exists))
            return;
        if (!exists)
            slot = SetValue.Create(call.Database, call.Key, call.Hash, call.Args[2], call.Count - 2);
        int added = 0;
        for (int i = 2; i < call.Count; i++)
            added += SetValue.Add(call.Database, ref slot, call.Args[i]) ? 1 : 0;
        if (added > 0)
            call.Changed(ChangeClass.Set, "sadd");
        call.Reply.Integer(added);
    }

    public static void Remove(ref CommandCall call)
    {
        if (!call.FindForWrite(ValueKind.Set, out Slot slot, out bool exists))
            return;
        int removed = 0;
        for (int i = 2; exists && i < call.Count; i++)
            removed += SetValue.Remove(call.Database, ref slot, call.Args[i]) ? 1 : 0;
        if (removed > 0)
            Removed(ref call, slot, "srem");
        call.Reply.Integer(removed);
    }

    public static void Move(ref CommandCall call)
    {
        ReadOnlySpan<byte> targetKey = call.Args[2];
        ReadOnlySpan<byte> member = call.Args[3];
        if (!call.FindForWrite(ValueKind.Set, out Slot slot, out bool exists))
            return;
        if (!exists)
        {
            call.Reply.Integer(0);
            return;
        }

        Database target = call.Locate(targetKey, out ulong targetHash);
        bool targetExists = target.FindForWrite(targetKey, targetHash, out Slot targetSlot);
        if (targetExists && target.Table.Kind(targetSlot) != ValueKind.Set)
        {
            call.Reply.Error(Errors.WrongType);
            return;
        }

        // Finding the second key may have moved the record of the first, if both are in one table.
        call.Database.Find(call.Key, call.Hash, out slot);
        if (!SetValue.Contains(call.Database, slot, member) || call.Key.SequenceEqual(targetKey))
        {
            call.Reply.Integer(SetValue.Contains(call.Database, slot, member) ? 1 : 0);
            return;
        }

        SetValue.Remove(call.Database, ref slot, member);
        Removed(ref call, slot, "srem");
        AddTo(target, targetKey, targetHash, member);
        call.Reply.Integer(1);
    }

    /// <summary>Reports that members were removed, and removes the key if none is left.</summary>
    public static void Removed(ref CommandCall call, Slot slot, string eventName)
    {
        call.Changed(ChangeClass.Set, eventName);
        if (SetValue.Count(call.Database, slot) > 0)
            return;
        call.Database.Remove(slot);
        call.Changed(ChangeClass.Generic, "del");
    }

    private static void AddTo(Database database, ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<byte> member)
    {
        if (!database.Find(key, hash, out Slot slot))
            slot = SetValue.Create(database, key, hash, member);
        if (SetValue.Add(database, ref slot, member))
            database.Changed(key, ChangeClass.Set, "sadd");
    }
}
