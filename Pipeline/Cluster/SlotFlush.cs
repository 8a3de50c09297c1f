// Owner: made while all shards are held, in the same step as the loss of the slots; then each part belongs to its shard. Deleted is written by the shards in turn
// and read by anybody.

using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>
/// Deletes all keys that lay in some slots at one moment. To clients it is done at that moment (<see cref="SlotCut"/>); the memory comes back slice by slice.
/// It goes by SCAN's order, which no move, split or merge can hide a key from.
/// </summary>
internal sealed class SlotFlush : SlotWalk
{
    private const int BucketsMax = 64;
    private const int DeletionsMax = 64;

    // Of a longer key a copy is allocated.
    private const int KeyBytesUsual = 256;

    // Some of the shard's clients have gone with the slots: what is taken from the others for a second costs them less than a little for long (decision 84).
    private const double WalkShares = 8;

    private readonly SlotCut[] _cuts;
    private readonly ulong[] _cursors;
    private readonly double _share;
    private readonly SlotFlushes _owner;
    private long _deleted;

    /// <summary>Cuts the slots on all shards, which the caller holds.</summary>
    public SlotFlush(StoreEngine engine, SlotFlushes owner, SlotSet slots)
        : base(engine)
    {
        _owner = owner;
        Slots = slots;
        _share = Math.Min(WalkShares * engine.Config.Get(StoreOptions.MigrationShardShare) / 100.0, 1);
        _cursors = new ulong[engine.Shards.Length];
        _cuts = [.. engine.Shards.Select(_ => new SlotCut(slots))];
        foreach (ShardBlock shard in engine.Shards)
        {
            shard.Slots!.Begin(_cuts[shard.Index]);
            shard.Watches?.SpoilSlots(slots, shard.Keyspace[0]);
        }
    }

    /// <summary>What is flushed.</summary>
    public SlotSet Slots { get; }

    /// <summary>Keys that it has deleted, besides those that commands named before it came to them.</summary>
    public long Deleted => Interlocked.Read(ref _deleted);

    /// <inheritdoc />
    internal override double Share => _share;

    /// <inheritdoc />
    protected override bool RunSlice(ShardBlock shard)
    {
        Database database = shard.Keyspace[0];
        SlotCut cut = _cuts[shard.Index];
        List<Slot> found = shard.Keyspace.Slots;
        ref ulong cursor = ref _cursors[shard.Index];
        int deletions = 0;
        for (int i = 0; i < BucketsMax && deletions < DeletionsMax; i++)
        {
            found.Clear();
            cursor = database.Table.Scan(cursor, found);
            foreach (Slot slot in found)
            {
                if (!cut.IsOld(database.Table.Key(slot)))
                    continue;
                Delete(database, slot);
                deletions++;
            }

            if (cursor == 0)
                break;
        }

        found.Clear();
        Interlocked.Add(ref _deleted, deletions);
        return cursor != 0;
    }

    // The name is a copy: that in the table goes with the record.
    private static void Delete(Database database, Slot slot)
    {
        ReadOnlySpan<byte> name = database.Table.Key(slot);
        Span<byte> key = name.Length <= KeyBytesUsual ? stackalloc byte[KeyBytesUsual] : new byte[name.Length];
        name.CopyTo(key);
        key = key[..name.Length];
        database.Delete(key, KeyHash.Of(key));
    }

    /// <inheritdoc />
    protected override void Leave(ShardBlock shard) => shard.Slots!.End(_cuts[shard.Index]);

    /// <inheritdoc />
    protected override void Ended() => _owner.End(this);
}
