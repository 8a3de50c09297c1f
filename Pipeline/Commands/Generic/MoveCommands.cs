using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Commands.Generic;

/// <summary>Commands that give a value another key or another database. The two keys may be on two shards: the framework holds both.</summary>
internal static class MoveCommands
{
    private const string SameObject = "ERR source and destination objects are the same";

    public static void Rename(ref CommandCall call)
    {
        if (TryRename(ref call, replace: true, out _))
            call.Reply.Ok();
    }

    public static void RenameNx(ref CommandCall call)
    {
        if (TryRename(ref call, replace: false, out bool renamed))
            call.Reply.Integer(renamed ? 1 : 0);
    }

    public static void Copy(ref CommandCall call)
    {
        if (!TryCopyOptions(ref call, out int databaseIndex, out bool replace))
            return;
        if (databaseIndex != 0 && call.Engine.Cluster is { IsReal: true })
        {
            call.Reply.Error("ERR Copying to another database is not allowed in cluster mode");
            return;
        }

        ReadOnlySpan<byte> from = call.Key;
        ReadOnlySpan<byte> to = call.Args[2];
        Database source = call.Database;
        Database target = call.Locate(to, databaseIndex, out ulong toHash);
        if (ReferenceEquals(source, target) && from.SequenceEqual(to))
        {
            call.Reply.Error(SameObject);
            return;
        }

        bool copied = source.FindForRead(from, call.Hash, out _) && TryVacate(target, to, toHash, replace);
        if (copied)
        {
            ValueTransfer.Copy(source, from, call.Hash, target, to, toHash);
            target.Changed(to, ChangeClass.Generic, "copy_to");
        }

        call.Reply.Integer(copied ? 1 : 0);
    }

    public static void Move(ref CommandCall call)
    {
        if (call.Engine.Cluster is { IsReal: true })
        {
            call.Reply.Error("ERR MOVE is not allowed in cluster mode");
            return;
        }

        if (!TryDatabase(ref call, 2, out int databaseIndex))
            return;
        Database source = call.Database;
        Database target = source.Keyspace[databaseIndex];
        if (ReferenceEquals(source, target))
        {
            call.Reply.Error(SameObject);
            return;
        }

        bool moved = source.FindForWrite(call.Key, call.Hash, out _) && TryVacate(target, call.Key, call.Hash, replace: false);
        if (moved)
        {
            ValueTransfer.Move(source, call.Key, call.Hash, target, call.Key, call.Hash);
            source.Changed(call.Key, ChangeClass.Generic, "move_from");
            target.Changed(call.Key, ChangeClass.Generic, "move_to");
        }

        call.Reply.Integer(moved ? 1 : 0);
    }

    // False if an error is written.
    private static bool TryRename(ref CommandCall call, bool replace, out bool renamed)
    {
        ReadOnlySpan<byte> from = call.Key;
        ReadOnlySpan<byte> to = call.Args[2];
        Database source = call.Database;
        renamed = false;
        if (!source.FindForWrite(from, call.Hash, out _))
        {
            call.Reply.Error(Errors.NoSuchKey);
            return false;
        }

        Database target = call.Locate(to, out ulong toHash);
        renamed = !from.SequenceEqual(to) && TryVacate(target, to, toHash, replace);
        if (!renamed)
            return true;
        ValueTransfer.Move(source, from, call.Hash, target, to, toHash);
        source.Changed(from, ChangeClass.Generic, "rename_from");
        target.Changed(to, ChangeClass.Generic, "rename_to");
        return true;
    }

    // What the target key holds goes without an event of its own, as in Redis: the one of the arriving value tells it.
    private static bool TryVacate(Database target, ReadOnlySpan<byte> key, ulong hash, bool replace)
    {
        if (!target.FindForWrite(key, hash, out Slot slot))
            return true;
        if (replace)
            target.Remove(slot);
        return replace;
    }

    private static bool TryCopyOptions(ref CommandCall call, out int databaseIndex, out bool replace)
    {
        databaseIndex = call.Database.Index;
        replace = false;
        for (int i = 3; i < call.Count; i++)
        {
            if (call.Args.Is(i, "REPLACE"))
            {
                replace = true;
            }
            else if (call.Args.Is(i, "DB") && i + 1 < call.Count)
            {
                if (!TryDatabase(ref call, ++i, out databaseIndex))
                    return false;
            }
            else
            {
                call.Reply.Error(Errors.Syntax);
                return false;
            }
        }

        return true;
    }

    private static bool TryDatabase(ref CommandCall call, int index, out int databaseIndex)
    {
        if (!call.TryInt(index, out databaseIndex))
            return false;
        if (databaseIndex < 0 || databaseIndex >= call.Database.Keyspace.DatabaseCount)
        {
            call.Reply.Error(Errors.DatabaseOutOfRange);
            return false;
        }

        return true;
    }
}
