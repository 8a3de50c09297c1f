// Owner: the shard while it runs or waits there; IsUnderWay is the shard's too, so at most one slice of a shard is in its queue.

using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Walks;

/// <summary>One slice of a shard's walks as a message of that shard.</summary>
internal sealed class WalkSlice(ShardWalks walks) : ShardMessage
{
    public bool IsUnderWay { get; private set; }

    public void TryPost(ShardBlock shard)
    {
        IsUnderWay = true;
        // A shard that takes no more work has no commands between which to walk: whoever walks it is told by its own messages.
        if (!shard.Post(this))
            IsUnderWay = false;
    }

    internal override bool Run(ShardBlock shard)
    {
        IsUnderWay = false;
        walks.RunSlice();
        return true;
    }

    internal override void Refuse(Exception reason) => IsUnderWay = false;
}
