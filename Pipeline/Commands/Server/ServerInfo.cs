using System.Globalization;
using System.Runtime.InteropServices;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>INFO's sections about the process: server, clients, persistence, replication, cpu, flow.</summary>
internal static class ServerInfo
{
    public static void Server(InfoText text, StoreEngine engine)
    {
        long uptimeSeconds = (engine.NowMs() - engine.StartedAtMs) / 1000;
        text.Add("redis_version", Compatibility.RedisVersion);
        text.Add("redis_git_sha1", 0);
        text.Add("redis_git_dirty", 0);
        text.Add("redis_build_id", Compatibility.Version);
        text.Add("redis_mode", engine.Cluster is null ? "standalone" : "cluster");
        text.Add("dragonflyflow_version", Compatibility.Version);
        text.Add("os", RuntimeInformation.OSDescription);
        text.Add("arch_bits", IntPtr.Size * 8);
        text.Add("dotnet_version", Environment.Version.ToString());
        text.Add("multiplexing_api", engine.Config.GetText(StoreOptions.IoEngine));
        text.Add("process_id", Environment.ProcessId);
        text.Add("process_supervised", "no");
        text.Add("run_id", engine.RunId);
        text.Add("tcp_port", engine.Config.Get(StoreOptions.Port));
        text.Add("shards", engine.Shards.Length);
        text.Add("server_time_usec", (engine.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        text.Add("uptime_in_seconds", uptimeSeconds);
        text.Add("uptime_in_days", uptimeSeconds / 86400);
        text.Add("hz", engine.Config.Get(StoreOptions.Hz));
        text.Add("configured_hz", engine.Config.Get(StoreOptions.Hz));
        text.Add("executable", Environment.ProcessPath ?? "");
        text.Add("config_file", "");
        text.Add("io_threads_active", EngineSize.IoThreads(engine.Config) > 1 ? 1 : 0);
    }

    public static void Clients(InfoText text, StoreEngine engine)
    {
        text.Add("connected_clients", engine.Clients.Count);
        text.Add("cluster_connections", 0);
        text.Add("maxclients", engine.Config.Get(StoreOptions.MaxClients));
        text.Add("pubsub_clients", engine.Clients.Snapshot().Count(client => client.Session.Subscriptions.Any));
        text.Add("blocked_clients", engine.BlockedClients.Count);
        text.Add("tracking_clients", engine.Tracking.Clients);
    }

    public static void Persistence(InfoText text, StoreEngine engine)
    {
        text.Add("loading", engine.IsLoading ? 1 : 0);
        text.Add("async_loading", 0);
        text.Add("rdb_changes_since_last_save", engine.Shards.Sum(shard => shard.Keyspace.Stats.Dirty));
        if (engine.Snapshots is { } snapshots)
            Snapshots(text, snapshots, engine.NowMs());
        text.Add("aof_enabled", 0);
    }

    private static void Snapshots(InfoText text, SnapshotService snapshots, long nowMs)
    {
        SnapshotStatus status = snapshots.Status;
        (long done, long total) = snapshots.Progress;
        text.Add("current_save_keys_processed", done);
        text.Add("current_save_keys_total", total);
        text.Add("rdb_bgsave_in_progress", snapshots.IsSaving ? 1 : 0);
        text.Add("rdb_last_save_time", status.LastSaveMs / 1000);
        text.Add("rdb_last_bgsave_status", status.LastIsOk ? "ok" : "err");
        text.Add("rdb_last_bgsave_error", status.LastError);
        text.Add("rdb_last_bgsave_time_sec", status.LastDurationMs < 0 ? -1 : status.LastDurationMs / 1000);
        text.Add("rdb_last_bgsave_time_ms", status.LastDurationMs);
        text.Add("rdb_current_bgsave_time_sec", snapshots.Age is { } age ? (long)age.TotalSeconds : -1);
        text.Add("rdb_last_cut_usec", status.LastCutUs);
        text.Add("rdb_last_cow_size", status.LastPeakBytes);
        text.Add("rdb_saves", status.Saves);
        text.Add("rdb_last_save_file", status.LastFile);
        text.Add("rdb_last_save_keys", status.LastRecords);
        text.Add("rdb_last_save_digest", status.LastDigest);
        text.Add("rdb_last_load_keys_loaded", snapshots.Loader.LastKeys);
        text.Add("rdb_last_load_keys_expired", snapshots.Loader.LastExpired);
        if (snapshots.Loader.Status is not { } load)
            return;
        long elapsedMs = Math.Max(1, nowMs - load.StartedMs);
        text.Add("loading_start_time", load.StartedMs / 1000);
        text.Add("loading_total_bytes", load.Bytes);
        text.Add("loading_loaded_bytes", load.BytesRead);
        text.Add("loading_loaded_perc", load.Bytes == 0 ? 0 : 100.0 * load.BytesRead / load.Bytes, "F2");
        text.Add("loading_eta_seconds", load.BytesRead == 0 ? 0 : (load.Bytes - load.BytesRead) * elapsedMs / load.BytesRead / 1000);
    }

    public static void Replication(InfoText text, StoreEngine engine)
    {
        text.Add("role", "master");
        text.Add("connected_slaves", 0);
        text.Add("master_failover_state", "no-failover");
        text.Add("master_replid", engine.RunId);
        text.Add("master_replid2", new string('0', engine.RunId.Length));
        text.Add("master_repl_offset", 0);
        text.Add("second_repl_offset", -1);
        text.Add("repl_backlog_active", 0);
        text.Add("repl_backlog_size", 0);
        text.Add("repl_backlog_first_byte_offset", 0);
        text.Add("repl_backlog_histlen", 0);
        text.Add("journal_active", engine.Journals.IsActive ? 1 : 0);
        foreach (ShardBlock shard in engine.Shards)
        {
            if (shard.Journal is { } journal)
                Journal(text, shard.Index, journal);
        }
    }

    // "journal_shard_0:lsn=12,consumers=ring|streamer,ring_bytes=900,ring_first_lsn=3"
    private static void Journal(InfoText text, int shard, ShardJournal journal)
    {
        journal.Ring?.DropOld();
        string ring = journal.Ring is { } kept ? string.Create(CultureInfo.InvariantCulture, $",ring_bytes={kept.Bytes},ring_first_lsn={kept.FirstLsn}") : "";
        string consumers = string.Join('|', journal.Branches.Select(static branch => branch.Name));
        text.Line(string.Create(CultureInfo.InvariantCulture, $"journal_shard_{shard}:lsn={journal.Lsn},consumers={consumers}{ring}"));
    }

    public static void Cpu(InfoText text, StoreEngine engine)
    {
        Environment.ProcessCpuUsage usage = Environment.CpuUsage;
        text.Add("used_cpu_sys", usage.PrivilegedTime.TotalSeconds, "F6");
        text.Add("used_cpu_user", usage.UserTime.TotalSeconds, "F6");
        text.Add("used_cpu_sys_children", 0, "F6");
        text.Add("used_cpu_user_children", 0, "F6");
    }

    public static void Flow(InfoText text, StoreEngine engine)
    {
        if (engine.Graph is not { } graph)
            return;
        text.Add("flow_live_blocks", graph.LiveBlocks);
        text.Add("flow_stopping", graph.IsStopping ? 1 : 0);
        text.Add("last_stop_time", engine.LastStop is { } last ? last.EndedMs / 1000 : 0);
        text.Add("last_stop", engine.LastStop?.Report.ToJson() ?? "none");
        foreach (NodeReading node in graph.Describe())
            text.Line(FlowText.Line(node));
    }
}
