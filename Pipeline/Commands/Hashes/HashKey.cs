using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Hashes;

/// <summary>What commands that change a hash have in common.</summary>
internal static class HashKey
{
    /// <summary>Finds the hash for a change and frees some of its fields whose time has come; false with a reply written if the key has another type.</summary>
    public static bool FindForWrite(ref CommandCall call, out Slot slot, out bool exists)
    {
        if (!call.FindForWrite(ValueKind.Hash, out slot, out exists))
            return false;
        if (exists && HashExpiry.RemoveDue(call.Database, call.Key, slot))
            exists = false;
        return true;
    }

    /// <summary>Finds the hash for a change, or makes it, for so many fields.</summary>
    public static bool FindOrCreate(ref CommandCall call, int fields, out Slot slot)
    {
        if (!FindForWrite(ref call, out slot, out bool exists))
            return false;
        if (!exists)
            slot = HashValue.Create(call.Database, call.Key, call.Hash);
        HashValue.Reserve(call.Database, ref slot, fields);
        return true;
    }

    /// <summary>Reports that fields were removed, and removes the key if none is left.</summary>
    public static void Removed(ref CommandCall call, Slot slot)
    {
        call.Changed(ChangeClass.Hash, "hdel");
        RemoveIfEmpty(ref call, slot);
    }

    /// <summary>Removes the key if no field is left.</summary>
    public static void RemoveIfEmpty(ref CommandCall call, Slot slot)
    {
        if (HashValue.Count(call.Database, slot) > 0)
            return;
        call.Database.Remove(slot);
        call.Changed(ChangeClass.Generic, "del");
    }
}
