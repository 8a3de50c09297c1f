using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>INFO memory: exact bytes of the arenas, and what the collector does beside them.</summary>
internal static class MemoryInfo
{
    public static void Memory(InfoText text, StoreEngine engine)
    {
        MemoryReading memory = MemoryReading.Of(engine);
        text.AddBytes("used_memory", memory.Used);
        text.AddBytes("used_memory_rss", memory.Resident);
        text.AddBytes("used_memory_peak", memory.Peak);
        text.Add("used_memory_peak_perc", memory.Peak == 0 ? "100.00%" : InfoText.Percent(memory.Used, memory.Peak));
        text.Add("used_memory_overhead", memory.Overhead);
        text.Add("used_memory_startup", 0);
        text.Add("used_memory_dataset", memory.Used - memory.Overhead);
        text.Add("used_memory_dataset_perc", InfoText.Percent(memory.Used - memory.Overhead, memory.Used));
        text.Add("allocator_allocated", memory.Allocated);
        text.Add("allocator_active", memory.Reserved);
        text.Add("allocator_resident", memory.Reserved);
        text.AddBytes("total_system_memory", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        AddScripts(text, engine);
        text.AddBytes("maxmemory", engine.Config.Get(StoreOptions.MaxMemory));
        text.Add("maxmemory_policy", engine.Config.GetText(StoreOptions.MaxMemoryPolicy));
        text.Add("cache_mode", engine.Evicts == Storage.Keyspace.EvictionTarget.AnyKey ? 1 : 0);
        text.Add("allocator_frag_ratio", memory.Allocated == 0 ? 1 : (double)memory.Reserved / memory.Allocated, "F2");
        text.Add("allocator_frag_bytes", memory.Reserved - memory.Allocated);
        text.Add("arena_reserved_bytes", memory.Reserved);
        text.Add("arena_live_blocks", engine.Shards.Sum(shard => shard.Keyspace.Arena.LiveBlocks));
        text.Add("arena_live_leases", engine.Shards.Sum(shard => shard.Keyspace.Arena.LiveLeases));
        text.Add("mem_fragmentation_ratio", memory.Used == 0 ? 1 : (double)memory.Resident / memory.Used, "F2");
        text.Add("mem_fragmentation_bytes", memory.Resident - memory.Used);
        text.Add("mem_clients_slaves", 0);
        text.Add("mem_replication_backlog", 0);
        text.Add("mem_allocator", "dragonflyflow-arena");
        text.Add("active_defrag_running", 0);
        text.Add("lazyfree_pending_objects", engine.Shards.Sum(shard => shard.Keyspace.Leftovers.Objects));
        text.Add("lazyfreed_objects", engine.Shards.Sum(shard => shard.Keyspace.Leftovers.Freed));
        AddCollector(text, engine);
    }

    private static void AddScripts(InfoText text, StoreEngine engine)
    {
        text.Add("used_memory_scripts_eval", engine.Scripts.Cache.Bytes);
        text.Add("number_of_cached_scripts", engine.Scripts.Cache.Count);
        text.Add("number_of_functions", engine.Scripts.Functions.Catalog.FunctionCount);
        text.Add("number_of_libraries", engine.Scripts.Functions.Catalog.Libraries.Count);
    }

    private static void AddCollector(InfoText text, StoreEngine engine)
    {
        long upMs = engine.NowMs() - engine.StartedAtMs;
        double pausedMs = GC.GetTotalPauseDuration().TotalMilliseconds;
        text.Add("gc_heap_bytes", GC.GetTotalMemory(false));
        text.Add("gc_collections", GC.CollectionCount(0));
        text.Add("gc_pause_ms_total", pausedMs, "F3");
        text.Add("gc_pause_share", upMs <= 0 ? 0 : pausedMs / upMs, "F6");
    }
}
