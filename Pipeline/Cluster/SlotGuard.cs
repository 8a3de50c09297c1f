// Owner: the session's turn, as its router.

using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>Finds the hash slot of a command, once, and refuses what this node does not serve before it goes anywhere.</summary>
internal sealed class SlotGuard(ClusterNode node)
{
    private const string CrossSlot = "CROSSSLOT Keys in request don't hash to the same slot";
    private const string ScriptCrossSlot = "ERR Script attempted to access keys that do not hash to the same slot";
    private const string ScriptForeign = "ERR Script attempted to access a non local key in a cluster node";

    private readonly List<int> _keys = [];

    /// <summary>Fills the command's slot; the error that the client gets, or null.</summary>
    public string? Check(ArgView args, ClientContext client, ref BatchCommand command)
    {
        if (!TryFind(args, command.Descriptor.SlotKeys, out int slot))
            return node.View.OwnerOf(slot) is null ? node.RefusalOf(slot, command.Descriptor.Flags, client) : CrossSlot;
        command.Slot = slot;
        if (slot >= 0)
            return node.RefusalOf(slot, command.Descriptor.Flags, client);
        return client.Flow is null ? null : IncomingFlow.RefusalOf(command.Descriptor);
    }

    /// <summary>As <see cref="Check"/>, for EXEC: the slot of all queued commands.</summary>
    public string? CheckQueue(int slot, bool hasSeveral, CommandFlags flags, ClientContext client, ref BatchCommand command)
    {
        if (hasSeveral && node.IsReal)
            return node.View.OwnerOf(slot) is null ? node.RefusalOf(slot, flags, client) : CrossSlot;
        command.Slot = slot;
        return slot < 0 ? null : node.RefusalOf(slot, flags, client);
    }

    /// <summary>As <see cref="Check"/>, for a command that a script calls. <paramref name="scriptSlot"/> is the slot that the script has kept to so far, or -1.</summary>
    public string? CheckCall(ArgView args, ClientContext client, bool mayCross, ref int scriptSlot, ref BatchCommand command)
    {
        if (!TryFind(args, command.Descriptor.SlotKeys, out int slot))
            return ScriptForeign;
        command.Slot = slot;
        if (slot < 0 || !node.IsReal)
            return null;
        if (node.RefusalOf(slot, command.Descriptor.Flags, client) is not null)
            return ScriptForeign;
        if (mayCross)
            return null;
        if (scriptSlot < 0)
            scriptSlot = slot;
        return slot == scriptSlot ? null : ScriptCrossSlot;
    }

    // False: the keys are in several slots; the slot is the first one's then. Without keys the slot is -1.
    private bool TryFind(ArgView args, KeySpec keys, out int slot)
    {
        slot = -1;
        if (!keys.HasKeys)
            return true;
        if (keys.IsSingle)
        {
            if (keys.First < args.Count)
                slot = KeySlot.Of(args[keys.First]);
            return true;
        }

        _keys.Clear();
        keys.Find(args, _keys);
        for (int i = 0; i < _keys.Count; i++)
        {
            int next = KeySlot.Of(args[_keys[i]]);
            if (i == 0)
                slot = next;
            else if (next != slot && node.IsReal)
                return false;
        }

        return true;
    }
}
