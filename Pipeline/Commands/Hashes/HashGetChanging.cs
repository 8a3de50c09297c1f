using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Hashes;

/// <summary>HGETDEL and HGETEX: fields are read, then removed or given another expiry.</summary>
internal static class HashGetChanging
{
    public static void GetAndDelete(ref CommandCall call)
    {
        if (!HashKey.FindForWrite(ref call, out Slot slot, out bool exists)
            || !HashFieldList.TryRead(ref call, 2, HashFieldList.NotPositive, out int first))
            return;
        call.Reply.Array(call.Count - first);
        bool removed = false;
        for (int i = first; i < call.Count; i++)
        {
            if (HashReads.WriteValue(ref call, slot, exists, i))
                removed |= HashValue.Remove(call.Database, ref slot, call.Args[i]);
        }

        if (removed)
            HashKey.Removed(ref call, slot);
    }

    public static void GetAndExpire(ref CommandCall call)
    {
        if (!HashKey.FindForWrite(ref call, out Slot slot, out bool exists))
            return;
        bool expires = ExpireOption.TryUnit(call.Args[2], out ExpireUnit unit);
        bool persists = !expires && call.Args.Is(2, "PERSIST");
        long atMs = 0;
        if (expires && !HashMoment.TryRead(ref call, 3, unit, out atMs))
            return;
        if (!HashFieldList.TryRead(ref call, expires ? 4 : persists ? 3 : 2, HashFieldList.NotPositive, out int first))
            return;
        call.Reply.Array(call.Count - first);
        bool changed = false;
        bool removed = false;
        for (int i = first; i < call.Count; i++)
        {
            if (!HashReads.WriteValue(ref call, slot, exists, i))
                continue;
            if (persists)
                changed |= HashExpiry.Remove(call.Database, slot, call.Args[i]);
            else if (expires && HashExpiry.Set(call.Database, ref slot, call.Args[i], atMs, HashExpiryCondition.None) == HashExpiryResult.Set)
                changed = true;
            else
                removed |= expires;
        }

        if (changed)
            call.Changed(ChangeClass.Hash, persists ? "hpersist" : "hexpire");
        if (removed)
            HashKey.Removed(ref call, slot);
    }
}
