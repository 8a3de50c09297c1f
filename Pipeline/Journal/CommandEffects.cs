// Owner: the thread that holds the shards of the command's keys.

using System.Numerics;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>
/// Chooses the effects by which a command is replayed. In this order: nothing, if it changed nothing; what its descriptor rewrites it to; its own words, if it
/// ran on one shard and has changed every key that it names, so that the keys of the record are all it depends on; else the state of each key it changed.
/// </summary>
internal static class CommandEffects
{
    [ThreadStatic]
    private static List<int>? _keyScratch;

    /// <summary>Before the command's handler: what was changed on its way there (old keys of a flushed slot) is written first.</summary>
    public static void Begin(ref CommandCall call)
    {
        for (ulong rest = call.HeldShards; rest != 0; rest &= rest - 1)
        {
            if (JournalOf(ref call, rest) is { HasChanges: true } journal)
                journal.Settle();
        }
    }

    /// <summary>Behind the command's handler; its reply starts at <paramref name="replyStart"/>.</summary>
    public static void Write(ref CommandCall call, int replyStart)
    {
        bool changed = false, emptied = false;
        for (ulong rest = call.HeldShards; rest != 0; rest &= rest - 1)
        {
            if (JournalOf(ref call, rest) is not { HasChanges: true } journal)
                continue;
            changed = true;
            emptied |= journal.Cleared.Count > 0 || journal.WasSwapped;
        }

        if (!changed)
            return;
        if (emptied && call.Descriptor.Has(CommandFlags.Write | CommandFlags.Global))
            WriteOnAll(ref call);
        else if ((call.Descriptor.Flags & (CommandFlags.Write | CommandFlags.MayReplicate)) != 0 && !HasFailed(ref call, replyStart) && TryWriteCommand(ref call, replyStart))
            ForgetOnAll(ref call);
        else
            SettleAll(ref call);
    }

    private static bool TryWriteCommand(ref CommandCall call, int replyStart)
    {
        if (call.Descriptor.Rewrite is { } rewrite)
            return rewrite(ref call, replyStart, new EffectWriter(call.Engine, call.DatabaseIndex));
        if (!BitOperations.IsPow2(call.HeldShards) || !TryFindSlot(ref call, out int slot))
            return false;
        JournalOf(ref call, call.HeldShards)!.Draft.Begin(call.DatabaseIndex, slot).Words(call.Args);
        return true;
    }

    // False if there are no keys, or one of them has not been changed.
    private static bool TryFindSlot(ref CommandCall call, out int slot)
    {
        slot = call.Slot;
        if (call.Descriptor.Keys.IsSingle)
        {
            slot = KeySlot.Of(call.Args[call.Descriptor.Keys.First]);
            return true;
        }

        List<int> keys = _keyScratch ??= [];
        keys.Clear();
        call.Descriptor.Keys.Find(call.Args, keys);
        if (keys.Count == 0 || !JournalOf(ref call, call.HeldShards)!.Changed.Cover(call.Args, keys))
            return false;
        slot = KeySlot.Of(call.Args[keys[0]]);
        for (int i = 1; i < keys.Count && slot >= 0 && call.Slot < 0; i++)
            slot = KeySlot.Of(call.Args[keys[i]]) == slot ? slot : -1;
        return true;
    }

    // FLUSHALL, FLUSHDB, SWAPDB: one effect, on every shard.
    private static void WriteOnAll(ref CommandCall call)
    {
        for (ulong rest = call.HeldShards; rest != 0; rest &= rest - 1)
        {
            if (JournalOf(ref call, rest) is not { } journal)
                continue;
            journal.Draft.Begin(call.DatabaseIndex, slot: -1).Words(call.Args);
            journal.ForgetChanges();
        }
    }

    private static void ForgetOnAll(ref CommandCall call)
    {
        for (ulong rest = call.HeldShards; rest != 0; rest &= rest - 1)
            JournalOf(ref call, rest)?.ForgetChanges();
    }

    private static void SettleAll(ref CommandCall call)
    {
        for (ulong rest = call.HeldShards; rest != 0; rest &= rest - 1)
            JournalOf(ref call, rest)?.Settle();
    }

    private static ShardJournal? JournalOf(ref CommandCall call, ulong mask) => call.Engine.Shards[BitOperations.TrailingZeroCount(mask)].Journal;

    // Replies of errors; a handler that threw has one too, and may have changed a part of what it meant to.
    private static bool HasFailed(ref CommandCall call, int replyStart)
        => call.Reply.Length > replyStart && call.Reply.Written[replyStart] == (byte)'-';
}
