using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Pipeline.Snapshots;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands.Server;

/// <summary>Every field that redis-server 7.0.15 shows in INFO is shown here, or left out for a reason that is written down.</summary>
[TestClass]
public sealed class InfoFieldsTests
{
    private const string Redis = "about Redis's allocator, event loop or build; ours are others";
    private const string Fork = "no process is forked for a snapshot: nothing is copied on write";
    private const string Defrag = "segments and slabs are compacted by upkeep, there is no switch for it";
    private const string Buffers = "buffers are pooled, not sized by client";
    private const string Lua = "interpreters are rented for a call; their limit is lua_memory_limit";
    private const string Journal = "there is no append only file; what comes of the journal has fields of its own";
    private const string Replication = "nobody replicates yet";

    private static readonly Dictionary<string, string> LeftOut = new()
    {
        ["atomicvar_api"] = Redis,
        ["gcc_version"] = Redis,
        ["monotonic_clock"] = Redis,
        ["lru_clock"] = "eviction goes by position in the table, not by a clock",
        ["client_recent_max_input_buffer"] = Buffers,
        ["client_recent_max_output_buffer"] = Buffers,
        ["clients_in_timeout_table"] = "a waiting client has a timer of its own",
        ["reply_buffer_shrinks"] = Buffers,
        ["reply_buffer_expands"] = Buffers,
        ["mem_clients_normal"] = Buffers,
        ["mem_not_counted_for_evict"] = "all that is counted as used counts",
        ["mem_total_replication_buffers"] = Replication,
        ["mem_cluster_links"] = "a node has no links to others",
        ["mem_aof_buffer"] = Journal,
        ["used_memory_lua"] = Lua,
        ["used_memory_lua_human"] = Lua,
        ["used_memory_vm_eval"] = Lua,
        ["used_memory_vm_functions"] = Lua,
        ["used_memory_vm_total"] = Lua,
        ["used_memory_vm_total_human"] = Lua,
        ["used_memory_functions"] = Lua,
        ["used_memory_scripts"] = Lua,
        ["used_memory_scripts_human"] = Lua,
        ["allocator_rss_ratio"] = Redis,
        ["allocator_rss_bytes"] = Redis,
        ["rss_overhead_ratio"] = Redis,
        ["rss_overhead_bytes"] = Redis,
        ["current_cow_peak"] = Fork,
        ["current_cow_size"] = Fork,
        ["current_cow_size_age"] = Fork,
        ["current_fork_perc"] = Fork,
        ["aof_last_cow_size"] = Fork,
        ["module_fork_in_progress"] = Fork,
        ["module_fork_last_cow_size"] = Fork,
        ["aof_rewrite_in_progress"] = Journal,
        ["aof_rewrite_scheduled"] = Journal,
        ["aof_last_rewrite_time_sec"] = Journal,
        ["aof_current_rewrite_time_sec"] = Journal,
        ["aof_last_bgrewrite_status"] = Journal,
        ["aof_rewrites"] = Journal,
        ["aof_rewrites_consecutive_failures"] = Journal,
        ["aof_last_write_status"] = Journal,
        ["total_net_repl_input_bytes"] = Replication,
        ["total_net_repl_output_bytes"] = Replication,
        ["instantaneous_input_repl_kbps"] = Replication,
        ["instantaneous_output_repl_kbps"] = Replication,
        ["expired_stale_perc"] = "the cycle goes on until it finds nothing due, it does not estimate",
        ["expired_time_cap_reached_count"] = "as expired_stale_perc",
        ["expire_cycle_cpu_milliseconds"] = "upkeep is timed as the latency event expire-cycle",
        ["total_eviction_exceeded_time"] = "a write evicts what it needs before it runs",
        ["current_eviction_exceeded_time"] = "as total_eviction_exceeded_time",
        ["slave_expires_tracked_keys"] = Replication,
        ["migrate_cached_sockets"] = "there is no MIGRATE",
        ["active_defrag_hits"] = Defrag,
        ["active_defrag_misses"] = Defrag,
        ["active_defrag_key_hits"] = Defrag,
        ["active_defrag_key_misses"] = Defrag,
        ["total_active_defrag_time"] = Defrag,
        ["current_active_defrag_time"] = Defrag,
        ["dump_payload_sanitizations"] = "every payload is checked",
        ["total_reads_processed"] = "connections count bytes, not calls of the system",
        ["total_writes_processed"] = "as total_reads_processed",
        ["io_threaded_reads_processed"] = "every I/O thread reads, parses and writes",
        ["io_threaded_writes_processed"] = "as io_threaded_reads_processed",
        ["used_cpu_sys_main_thread"] = "there is no main thread",
        ["used_cpu_user_main_thread"] = "there is no main thread",
    };

    // These need a disk, which a store in process is given by the tests of snapshots.
    private static readonly HashSet<string> WithDisk =
    [
        "current_save_keys_processed", "current_save_keys_total", "rdb_bgsave_in_progress", "rdb_last_save_time", "rdb_last_bgsave_status",
        "rdb_last_bgsave_time_sec", "rdb_current_bgsave_time_sec", "rdb_last_cow_size", "rdb_saves", "rdb_last_load_keys_expired", "rdb_last_load_keys_loaded",
    ];

    [TestMethod]
    public async Task FieldsOfRedisAreThereOrHaveAReason()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        both.Check("SET", "k", "v");
        HashSet<string> theirs = Fields(both.Theirs("INFO", "everything"));
        HashSet<string> ours = Fields(both.Ours.Execute("INFO", "everything"));
        Assert.AreEqual("", string.Join(' ', theirs.Except(ours).Except(LeftOut.Keys).Except(WithDisk)), "fields that redis shows and we do not");
        Assert.AreEqual("", string.Join(' ', LeftOut.Keys.Where(field => ours.Contains(field) || !theirs.Contains(field))), "reasons for what is no difference");
    }

    [TestMethod]
    [DataRow("keyspace", "db0")]
    [DataRow("commandstats", "cmdstat_set")]
    [DataRow("latencystats", "latency_percentiles_usec_set")]
    public async Task LinesOfSectionsHaveTheFormOfRedis(string section, string field)
    {
        await using SideBySide both = await SideBySide.StartAsync();
        both.Check("SET", "k", "v");
        Assert.AreEqual(Form(both.Theirs("INFO", section), field), Form(both.Ours.Execute("INFO", section), field));
    }

    [TestMethod]
    public void TheAverageTtlIsThatOfTheKeysThatUpkeepHasSeen()
    {
        using InProcessClient client = new(shards: 2, time: new ManualTimeProvider());
        client.Line("SET k v");
        StringAssert.Contains(client.Line("INFO keyspace"), "db0:keys=1,expires=0,avg_ttl=0\r\n");
        for (int i = 0; i < 20; i++)
            client.Line($"SET k{i} v PX 5000");
        foreach (ShardBlock shard in client.Engine.Shards)
            Assert.IsTrue(shard.Post(new ShardAction(_ => shard.Keyspace.RunUpkeep(1000, 1))));
        StringAssert.Contains(client.Line("INFO keyspace"), "db0:keys=21,expires=20,avg_ttl=5000\r\n");
    }

    [TestMethod]
    public async Task TheAgeOfASnapshotIsShownWhileItIsMade()
    {
        await using SavingStore store = new(new MemoryDisk());
        Assert.IsNull(store.Snapshots.Age);
        TimeSpan? atCut = null;
        store.Snapshots.Cutting = () => atCut ??= store.Snapshots.Age;
        Assert.IsNull(await store.BeginAsync());
        Assert.IsNotNull(atCut);
        StringAssert.Contains(store.Client.Line("INFO persistence"), "rdb_current_bgsave_time_sec:-1\r\n");
    }

    private static HashSet<string> Fields(string info) =>
        [.. info.Split("\r\n").Where(line => line.Contains(':', StringComparison.Ordinal) && line[0] is not ('$' or '#'))
            .Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)]).Where(field => !field.StartsWith("cmdstat_", StringComparison.Ordinal) && !field.StartsWith("latency_percentiles", StringComparison.Ordinal))];

    // Names of values, without the values.
    private static string Form(string info, string field)
    {
        string line = info.Split("\r\n").Single(line => line.StartsWith(field + ":", StringComparison.Ordinal));
        return string.Join(',', line.Split(',').Select(part => part.Split('=')[0]));
    }
}
