using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>Work for a shard: the lane of a batch, a transaction, a slice of expiry or of a walk. Pooled or owned by its sender, never made per command.</summary>
public abstract class ShardMessage : BlockMessage
{
    /// <summary>Runs on the shard; false if it keeps the shard until <see cref="ShardBlock.Free"/> (a transaction that goes on to its next shard).</summary>
    internal abstract bool Run(ShardBlock shard);

    /// <summary>Told instead of Run when the shard has faulted: whoever waits must be answered.</summary>
    internal abstract void Refuse(Exception reason);
}
