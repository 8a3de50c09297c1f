// Owner: whoever cancels makes and posts it; the shard runs it once.

using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>Asks a shard to let a snapshot's walk go: cancelling is a message, so it never comes in the middle of a bucket (faults F01, F09).</summary>
internal sealed class WalkEnd(SnapshotSource source) : ShardMessage
{
    internal override bool Run(ShardBlock shard)
    {
        source.EndInShard();
        return true;
    }

    internal override void Refuse(Exception reason) => source.EndInShard();
}
