using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Faults;

/// <summary>A message that keeps its shard for a time: as if another thread ran a long batch there. In a world of one thread nothing else would ever wait.</summary>
internal sealed class KeptShard(SimWorld world, SeededScheduler scheduler, TimeSpan time) : ShardMessage
{
    internal override bool Run(ShardBlock shard)
    {
        world.Note($"shard {shard.Index} is kept");
        world.After(time, scheduler, () =>
        {
            world.Note($"shard {shard.Index} is free");
            shard.Free();
        });
        return false;
    }

    internal override void Refuse(Exception reason)
    {
    }
}
