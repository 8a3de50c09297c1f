namespace DragonflyFlow.Pipeline.Shards;

/// <summary>A rare piece of control work on a shard: a changed limit, a reset of counters.</summary>
internal sealed class ShardAction(Action<ShardBlock> action) : ShardMessage
{
    internal override bool Run(ShardBlock shard)
    {
        action(shard);
        shard.EndTransaction();
        return true;
    }

    internal override void Refuse(Exception reason)
    {
    }
}
