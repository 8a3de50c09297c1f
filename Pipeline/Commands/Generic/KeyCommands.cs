using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Commands.Generic;

/// <summary>Commands on keys of any type: whether they are there, of which type, and away with them.</summary>
internal static class KeyCommands
{
    public static void Del(ref CommandCall call) => Delete(ref call, later: false);

    public static void Unlink(ref CommandCall call) => Delete(ref call, later: true);

    private static void Delete(ref CommandCall call, bool later)
    {
        int removed = 0;
        for (int i = 1; i < call.Count; i++)
        {
            ReadOnlySpan<byte> key = call.Args[i];
            if (call.Locate(key, out ulong hash).Delete(key, hash, later))
                removed++;
        }

        call.Reply.Integer(removed);
    }

    public static void Exists(ref CommandCall call)
    {
        int found = 0;
        for (int i = 1; i < call.Count; i++)
        {
            if (call.Locate(call.Args[i], out ulong hash).Peek(call.Args[i], hash, out _))
                found++;
        }

        call.Reply.Integer(found);
    }

    public static void Touch(ref CommandCall call)
    {
        int found = 0;
        for (int i = 1; i < call.Count; i++)
        {
            if (call.Locate(call.Args[i], out ulong hash).FindForRead(call.Args[i], hash, out _))
                found++;
        }

        call.Reply.Integer(found);
    }

    public static void TypeOf(ref CommandCall call)
    {
        bool exists = call.Database.Peek(call.Key, call.Hash, out Slot slot);
        call.Reply.Simple(exists ? TypeNames.Of(call.Database.Table.Kind(slot)) : "none");
    }
}
