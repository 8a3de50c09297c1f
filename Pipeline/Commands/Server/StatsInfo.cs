using System.Globalization;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Security;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Keyspace;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>INFO's sections of counters: stats, commandstats, errorstats, keyspace.</summary>
internal static class StatsInfo
{
    public static void Stats(InfoText text, StoreEngine engine)
    {
        CommandStats.Row[] rows = Rows(engine);
        text.Add("total_connections_received", engine.Clients.Total);
        text.Add("total_commands_processed", rows.Sum(row => row.Calls));
        StoreMeter meter = engine.Meter;
        text.Add("instantaneous_ops_per_sec", (long)Math.Round(meter.CommandsPerSecond));
        text.Add("total_net_input_bytes", meter.Network.BytesReceived);
        text.Add("total_net_output_bytes", meter.Network.BytesSent);
        text.Add("instantaneous_input_kbps", meter.InputBytesPerSecond / 1024, "F2");
        text.Add("instantaneous_output_kbps", meter.OutputBytesPerSecond / 1024, "F2");
        text.Add("rejected_connections", meter.Network.Refused);
        text.Add("expired_keys", Sum(engine, stats => stats.Expired));
        text.Add("expired_subkeys", Sum(engine, stats => stats.ExpiredFields));
        text.Add("evicted_keys", Sum(engine, stats => stats.Evicted));
        text.Add("evicted_clients", 0);
        text.Add("keyspace_hits", Sum(engine, stats => stats.Hits));
        text.Add("keyspace_misses", Sum(engine, stats => stats.Misses));
        text.Add("total_error_replies", Errors(engine).Values.Sum());
        text.Add("unexpected_error_replies", engine.Bugs);
        text.Add("internal_errors", engine.Bugs);
        text.Add("pubsub_channels", engine.PubSub.Channels.Count);
        text.Add("pubsub_patterns", engine.PubSub.Patterns.Count);
        text.Add("pubsubshard_channels", engine.PubSub.ShardChannels.Count);
        text.Add("sync_full", 0);
        text.Add("sync_partial_ok", 0);
        text.Add("sync_partial_err", 0);
        text.Add("total_forks", 0);
        text.Add("latest_fork_usec", 0);
        text.Add("tracking_total_keys", engine.Shards.Sum(shard => shard.Readers?.Keys ?? 0));
        text.Add("tracking_total_items", engine.Shards.Sum(shard => shard.Readers?.Items ?? 0));
        text.Add("tracking_total_prefixes", engine.Tracking.Prefixes);
        text.Add("acl_access_denied_auth", engine.AclLog.Count(AclVerdict.Auth));
        text.Add("acl_access_denied_cmd", engine.AclLog.Count(AclVerdict.Command));
        text.Add("acl_access_denied_key", engine.AclLog.Count(AclVerdict.Key));
        text.Add("acl_access_denied_channel", engine.AclLog.Count(AclVerdict.Channel));
        text.Add("shard_messages", engine.Shards.Sum(shard => shard.Ledger.Done));
    }

    public static void CommandStatistics(InfoText text, StoreEngine engine)
    {
        CommandStats.Row[] rows = Rows(engine);
        for (int id = 0; id < rows.Length; id++)
        {
            CommandStats.Row row = rows[id];
            if (row.Calls == 0 && row.Rejected == 0)
                continue;
            long us = row.Ticks * 1_000_000 / engine.Time.TimestampFrequency;
            text.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"cmdstat_{engine.Commands.ById[id].FullName}:calls={row.Calls},usec={us},usec_per_call={(row.Calls == 0 ? 0 : (double)us / row.Calls):F2},rejected_calls={row.Rejected},failed_calls={row.Failed}"));
        }
    }

    public static void LatencyStatistics(InfoText text, StoreEngine engine)
    {
        IReadOnlyList<double> percentiles = engine.Config.Get(StoreOptions.LatencyTrackingInfoPercentiles);
        CommandStats.Row[] rows = Rows(engine);
        for (int id = 0; id < rows.Length; id++)
        {
            if (rows[id].Durations is not { } durations)
                continue;
            IEnumerable<string> values = percentiles.Select(percentile => string.Create(
                CultureInfo.InvariantCulture, $"p{PercentilesKind.FormatOne(percentile)}={durations.Percentile(percentile) / 1000.0:F3}"));
            text.Add("latency_percentiles_usec_" + engine.Commands.ById[id].FullName, string.Join(',', values));
        }
    }

    public static void ErrorStatistics(InfoText text, StoreEngine engine)
    {
        foreach ((string code, long count) in Errors(engine))
            text.Line($"errorstat_{code}:count={count.ToString(CultureInfo.InvariantCulture)}");
    }

    public static void Keyspace(InfoText text, StoreEngine engine)
    {
        for (int index = 0; index < engine.Options.Databases; index++)
        {
            int db = index;
            long keys = engine.Shards.Sum(shard => shard.Keyspace[db].Count);
            long expires = engine.Shards.Sum(shard => shard.Keyspace[db].ExpiringCount);
            double ttlMs = engine.Shards.Sum(shard => (double)shard.Keyspace[db].ExpiringCount * shard.Keyspace[db].AverageTtlMs);
            if (keys > 0)
                text.Line(string.Create(CultureInfo.InvariantCulture, $"db{db}:keys={keys},expires={expires},avg_ttl={(long)(ttlMs / Math.Max(1, expires))}"));
        }
    }

    private static long Sum(StoreEngine engine, Func<KeyspaceStats, long> field) => engine.Shards.Sum(shard => field(shard.Keyspace.Stats));

    internal static CommandStats.Row[] Rows(StoreEngine engine)
    {
        CommandStats.Row[] sums = new CommandStats.Row[engine.Commands.ById.Count];
        foreach (ShardBlock shard in engine.Shards)
            shard.Stats.AddTo(sums);
        engine.ReadLocalStats(stats => stats.AddTo(sums));
        return sums;
    }

    private static SortedDictionary<string, long> Errors(StoreEngine engine)
    {
        SortedDictionary<string, long> sums = new(StringComparer.Ordinal);
        foreach (ShardBlock shard in engine.Shards)
            shard.Stats.AddErrorsTo(sums);
        engine.ReadLocalStats(stats => stats.AddErrorsTo(sums));
        return sums;
    }
}
