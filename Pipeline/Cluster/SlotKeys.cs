using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>Some keys of a slot (CLUSTER GETKEYSINSLOT). No index of keys by slot is kept for it: it is asked for rarely, and by those who have time.</summary>
internal sealed class SlotKeys(StoreEngine engine, int slot, long countMax, DeferredReply reply) : SlotWalk(engine)
{
    private const int BucketsMax = 64;

    // A key that moves while the walk goes on may be seen twice.
    private readonly HashSet<byte[]> _keys = new(KeyBytes.Comparer);
    private ulong _cursor;
    private int _left;

    /// <inheritdoc />
    protected override bool RunSlice(ShardBlock shard)
    {
        Database database = shard.Keyspace[0];
        if (_cursor == 0)
            _left = shard.Slots!.KeysIn(slot);
        if (_left == 0 || _keys.Count >= countMax)
            return false;
        List<Slot> found = shard.Keyspace.Slots;
        for (int i = 0; i < BucketsMax && _keys.Count < countMax; i++)
        {
            found.Clear();
            _cursor = database.Table.Scan(_cursor, found);
            foreach (Slot record in found)
            {
                ReadOnlySpan<byte> key = database.Table.Key(record);
                if (_keys.Count < countMax && KeySlot.Of(key) == slot && !database.IsDue(record) && shard.Slots!.IsSeen(key))
                    _keys.Add(key.ToArray());
            }

            if (_cursor == 0)
                break;
        }

        found.Clear();
        return _cursor != 0;
    }

    /// <inheritdoc />
    protected override void Leave(ShardBlock shard) => _cursor = 0;

    /// <inheritdoc />
    protected override void Ended() => reply.TryComplete(WasCut ? static buffer => buffer.Error(Errors.ShuttingDown) : Write);

    private void Write(ReplyBuffer buffer)
    {
        buffer.Array(_keys.Count);
        foreach (byte[] key in _keys)
            buffer.Bulk(key);
    }
}
