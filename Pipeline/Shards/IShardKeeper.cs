namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// Holds a shard from the end of the message that set it (<see cref="ShardBlock.Keeper"/>) until <see cref="ShardBlock.EndKeep"/>: no message runs in between, and the
/// keeper is the one that may touch the shard.
/// </summary>
internal interface IShardKeeper
{
    /// <summary>
    /// The last thing that the thread which owns the shard does: true if the keeper has it now. From the moment that this is known to others the shard may have
    /// another owner.
    /// </summary>
    bool Keeps(ShardBlock shard);
}
