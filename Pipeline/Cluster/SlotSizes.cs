using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>
/// DFLYCLUSTER GETSLOTINFO. Keys, reads and writes are counted as they happen; bytes are added up by this walk, because keeping them would cost every write two
/// look-ups of its record.
/// </summary>
internal sealed class SlotSizes : SlotWalk
{
    private const int BucketsMax = 64;

    private readonly int[] _slots;
    private readonly DeferredReply _reply;
    private readonly Dictionary<int, Sums> _sums = [];
    private readonly HashSet<byte[]> _twice = new(KeyBytes.Comparer);
    private ulong _cursor;

    /// <summary>Asks about these slots; the reply is given when all shards have been walked over.</summary>
    public SlotSizes(StoreEngine engine, int[] slots, DeferredReply reply)
        : base(engine)
    {
        _slots = slots;
        _reply = reply;
        foreach (int slot in slots)
            _sums[slot] = new Sums();
    }

    /// <inheritdoc />
    protected override bool RunSlice(ShardBlock shard)
    {
        Database database = shard.Keyspace[0];
        List<Slot> found = shard.Keyspace.Slots;
        for (int i = 0; i < BucketsMax; i++)
        {
            found.Clear();
            _cursor = database.Table.Scan(_cursor, found);
            foreach (Slot record in found)
            {
                ReadOnlySpan<byte> key = database.Table.Key(record);
                if (_sums.TryGetValue(KeySlot.Of(key), out Sums? sums) && _twice.GetAlternateLookup<ReadOnlySpan<byte>>().Add(key))
                    sums.Bytes += database.BytesOf(record);
            }

            if (_cursor == 0)
                break;
        }

        found.Clear();
        return _cursor != 0;
    }

    /// <inheritdoc />
    protected override void Leave(ShardBlock shard)
    {
        _cursor = 0;
        _twice.Clear();
        foreach ((int slot, Sums sums) in _sums)
        {
            sums.Keys += shard.Slots!.KeysIn(slot);
            sums.Reads += shard.Slots.ReadsOf(slot);
            sums.Writes += shard.Slots.WritesOf(slot);
        }
    }

    /// <inheritdoc />
    protected override void Ended() => _reply.TryComplete(WasCut ? static buffer => buffer.Error(Errors.ShuttingDown) : Write);

    private void Write(ReplyBuffer buffer)
    {
        buffer.Array(_slots.Length);
        foreach (int slot in _slots)
        {
            Sums sums = _sums[slot];
            buffer.Array(9);
            buffer.Integer(slot);
            Field(buffer, "key_count", sums.Keys);
            Field(buffer, "total_reads", sums.Reads);
            Field(buffer, "total_writes", sums.Writes);
            Field(buffer, "memory_bytes", sums.Bytes);
        }
    }

    private static void Field(ReplyBuffer buffer, string name, long value)
    {
        buffer.Bulk(name);
        buffer.Integer(value);
    }

    private sealed class Sums
    {
        public long Keys { get; set; }

        public long Reads { get; set; }

        public long Writes { get; set; }

        public long Bytes { get; set; }
    }
}
