using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>INFO memory: exact bytes of the arenas, and what the collector does beside them.</summary>
internal static class MemoryInfo
{
    public static void Memory(InfoText text, StoreEngine engine)
    {
        long used = engine.Shards.Sum(shard => shard.Keyspace.MemoryBytes);
        long reserved = engine.Shards.Sum(shard => shard.Keyspace.Arena.ReservedBytes);
        text.AddBytes("used_memory", used);
        text.AddBytes("used_memory_rss", Environment.WorkingSet);
        text.AddBytes("maxmemory", engine.Config.Get(StoreOptions.MaxMemory));
        text.Add("maxmemory_policy", engine.Config.GetText(StoreOptions.MaxMemoryPolicy));
        text.Add("cache_mode", engine.Config.Get(StoreOptions.CacheMode) ? 1 : 0);
        text.Add("arena_reserved_bytes", reserved);
        text.Add("arena_live_blocks", engine.Shards.Sum(shard => shard.Keyspace.Arena.LiveBlocks));
        text.Add("arena_live_leases", engine.Shards.Sum(shard => shard.Keyspace.Arena.LiveLeases));
        text.Add("mem_fragmentation_ratio", used == 0 ? 1 : (double)reserved / used, "F2");
        text.Add("mem_allocator", "dragonflyflow-arena");
        text.Add("gc_heap_bytes", GC.GetTotalMemory(false));
        text.Add("gc_collections", GC.CollectionCount(0));
        text.Add("gc_pause_ms_total", GC.GetTotalPauseDuration().TotalMilliseconds, "F3");
        text.Add("gc_pause_share", PauseShare(engine), "F6");
    }

    private static double PauseShare(StoreEngine engine)
    {
        long upMs = engine.NowMs() - engine.StartedAtMs;
        return upMs <= 0 ? 0 : GC.GetTotalPauseDuration().TotalMilliseconds / upMs;
    }
}
