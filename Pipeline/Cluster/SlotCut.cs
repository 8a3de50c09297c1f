// Owner: the shard, as its keyspace.

using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>
/// The moment of a flush of slots on one shard. Every key that lay in the slots then is old, and gone as far as a client can see: whoever names a key first
/// has its old value removed before, and from then on the key is new and the flush leaves it alone. What nobody names, the walk of the flush removes.
/// </summary>
internal sealed class SlotCut(SlotSet slots)
{
    private readonly HashSet<byte[]> _named = new(KeyBytes.Comparer);

    /// <summary>Whether the slot is flushed.</summary>
    public bool Covers(int slot) => slots.Contains(slot);

    /// <summary>Whether a key is there still from before the cut.</summary>
    public bool IsOld(ReadOnlySpan<byte> key) => slots.Contains(KeySlot.Of(key)) && !_named.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(key);

    /// <summary>A command names a key of the slots; true the first time: what is there is old.</summary>
    public bool Name(ReadOnlySpan<byte> key) => _named.GetAlternateLookup<ReadOnlySpan<byte>>().Add(key);
}
