using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Pipeline.Commands.Hashes;

/// <summary>HSET, HMSET, HSETNX, HDEL.</summary>
internal static class HashWrites
{
    public static void Set(ref CommandCall call)
    {
        if (TrySetPairs(ref call, out int added))
            call.Reply.Integer(added);
    }

    public static void SetMany(ref CommandCall call)
    {
        if (TrySetPairs(ref call, out _))
            call.Reply.Ok();
    }

    public static void SetIfAbsent(ref CommandCall call)
    {
        if (!HashKey.FindForWrite(ref call, out Slot slot, out bool exists))
            return;
        if (exists && HashValue.TryGet(call.Database, slot, call.Args[2], out _))
        {
            call.Reply.Integer(0);
            return;
        }

        if (!exists)
            slot = HashValue.Create(call.Database, call.Key, call.Hash);
        HashValue.Set(call.Database, ref slot, call.Args[2], call.Args[3]);
        call.Changed(ChangeClass.Hash, "hset");
        call.Reply.Integer(1);
    }

    public static void Delete(ref CommandCall call)
    {
        if (!HashKey.FindForWrite(ref call, out Slot slot, out bool exists))
            return;
        int removed = 0;
        for (int i = 2; exists && i < call.Count; i++)
            removed += HashValue.Remove(call.Database, ref slot, call.Args[i]) ? 1 : 0;
        if (removed > 0)
            HashKey.Removed(ref call, slot);
        call.Reply.Integer(removed);
    }

    private static bool TrySetPairs(ref CommandCall call, out int added)
    {
        added = 0;
        if (call.Count % 2 != 0)
        {
            call.Reply.Error(Errors.WrongArity(call.Descriptor.Name));
            return false;
        }

        if (!HashKey.FindOrCreate(ref call, (call.Count - 2) / 2, out Slot slot))
            return false;
        for (int i = 2; i < call.Count; i += 2)
            added += HashValue.Set(call.Database, ref slot, call.Args[i], call.Args[i + 1]) ? 1 : 0;
        call.Changed(ChangeClass.Hash, "hset");
        return true;
    }
}
