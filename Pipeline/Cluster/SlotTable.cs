// Owner: the shard, as its keyspace.

using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>
/// What one shard knows of each hash slot: how many keys it has, how often it was read and written, and which flushes go on in it. Exists in cluster mode
/// only. Keys are counted as they come and go, so the counts are exact at any moment.
/// </summary>
internal sealed class SlotTable : IChangeObserver
{
    private readonly int[]?[] _keys;
    private readonly long[] _reads = new long[KeySlot.Count];
    private readonly long[] _writes = new long[KeySlot.Count];
    private SlotCut[] _cuts = [];

    /// <summary>Counts the keys of an empty keyspace from now on.</summary>
    public SlotTable(Keyspace keyspace)
    {
        _keys = new int[]?[keyspace.DatabaseCount];
        keyspace.Observe(this);
    }

    /// <summary>Flushes under way.</summary>
    public int Cuts => _cuts.Length;

    /// <summary>Keys of a slot in database 0, the only one of a cluster.</summary>
    public int KeysIn(int slot) => _keys[0] is { } counts ? counts[slot] : 0;

    /// <summary>Whether there are keys in other slots than these.</summary>
    public bool HasKeysOutside(SlotSet slots)
    {
        for (int slot = 0; slot < KeySlot.Count; slot++)
        {
            if (KeysIn(slot) > 0 && !slots.Contains(slot))
                return true;
        }

        return false;
    }

    /// <summary>Commands that read keys of the slot.</summary>
    public long ReadsOf(int slot) => _reads[slot];

    /// <summary>Commands that may have changed keys of the slot.</summary>
    public long WritesOf(int slot) => _writes[slot];

    /// <summary>A command on a slot.</summary>
    public void CountCommand(int slot, CommandFlags flags)
    {
        if ((flags & CommandFlags.Write) != 0)
            _writes[slot]++;
        else if ((flags & CommandFlags.ReadOnly) != 0)
            _reads[slot]++;
    }

    /// <summary>Begins a flush: all keys there are now in its slots are old.</summary>
    public void Begin(SlotCut cut) => _cuts = [.. _cuts, cut];

    /// <summary>Ends a flush.</summary>
    public void End(SlotCut cut) => _cuts = Array.FindAll(_cuts, other => !ReferenceEquals(other, cut));

    /// <summary>Whether clients see a key that is there: it is not old for a flush.</summary>
    public bool IsSeen(ReadOnlySpan<byte> key)
    {
        foreach (SlotCut cut in _cuts)
        {
            if (cut.IsOld(key))
                return false;
        }

        return true;
    }

    /// <summary>A command is about to use a key of this shard: what a flush has not come to yet goes first.</summary>
    public void Settle(Database database, int slot, ReadOnlySpan<byte> key, ulong hash)
    {
        foreach (SlotCut cut in _cuts)
        {
            if (cut.Covers(slot) && cut.Name(key))
                database.Delete(key, hash);
        }
    }

    /// <inheritdoc />
    public void BeforeChange(Database database, Slot slot)
    {
    }

    /// <inheritdoc />
    public void BeforeClear(Database database) => _keys[database.Index] = null;

    /// <inheritdoc />
    public void BeforeSwap(Database first, Database second)
        => (_keys[first.Index], _keys[second.Index]) = (_keys[second.Index], _keys[first.Index]);

    /// <inheritdoc />
    public void Added(Database database, ReadOnlySpan<byte> key) => (_keys[database.Index] ??= new int[KeySlot.Count])[KeySlot.Of(key)]++;

    /// <inheritdoc />
    public void Removing(Database database, Slot slot) => _keys[database.Index]![KeySlot.Of(database.Table.Key(slot))]--;

    /// <inheritdoc />
    public void AfterChange(Database database, ReadOnlySpan<byte> key, ChangeClass change, string name)
    {
    }
}
