using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>The memory of all shards at one moment, in bytes. To be taken while all of them are held.</summary>
/// <param name="Used">What data takes: the arenas' live blocks and what big containers hold beside them.</param>
/// <param name="Allocated">The arenas' live blocks.</param>
/// <param name="Reserved">What the arenas have from the system.</param>
/// <param name="Resident">What the process has in memory.</param>
/// <param name="Peak">The most that data has taken.</param>
/// <param name="Overhead">Of what data takes, tables without their records.</param>
/// <param name="Keys">Keys of all databases.</param>
internal sealed record MemoryReading(long Used, long Allocated, long Reserved, long Resident, long Peak, long Overhead, long Keys)
{
    public static MemoryReading Of(StoreEngine engine)
    {
        long used = 0, allocated = 0, reserved = 0, overhead = 0, keys = 0;
        foreach (ShardBlock shard in engine.Shards)
        {
            used += shard.Keyspace.MemoryBytes;
            allocated += shard.Keyspace.Arena.AllocatedBytes;
            reserved += shard.Keyspace.Arena.ReservedBytes;
            for (int db = 0; db < shard.Keyspace.DatabaseCount; db++)
            {
                overhead += TableBytes(shard.Keyspace[db].Table);
                keys += shard.Keyspace[db].Count;
            }
        }

        engine.Meter.NotePeak(used);
        return new MemoryReading(used, allocated, reserved, Environment.WorkingSet, engine.Meter.PeakBytes, overhead, keys);
    }

    /// <summary>A table without its records.</summary>
    public static long TableBytes(DashTable table)
    {
        TableStatistics statistics = table.Statistics;
        return statistics.SegmentBytes + statistics.DirectoryBytes;
    }
}
