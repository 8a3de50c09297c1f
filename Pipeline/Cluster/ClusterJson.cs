using System.Text.Json;
using System.Text.Json.Serialization;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>
/// A configuration as JSON: Dragonfly's array of shards, or our object {"epoch": n, "shards": [...]} around it. Fields that are not known are passed over, so
/// that a newer manager can drive an older node.
/// </summary>
public static class ClusterJson
{
    private static readonly string[] HealthNames = ["online", "loading", "fail", "hidden"];

    /// <summary>Reads a configuration; null, and what is wrong in words, if it is none or breaks a rule.</summary>
    public static ClusterConfig? TryRead(ReadOnlySpan<byte> json, out string? error)
    {
        try
        {
            if (json.TrimStart(" \t\r\n"u8) is [(byte)'[', ..])
                return TryMake(JsonSerializer.Deserialize(json, ClusterJsonContext.Default.ShardJsonArray), null, out error);
            ConfigJson? config = JsonSerializer.Deserialize(json, ClusterJsonContext.Default.ConfigJson);
            return TryMake(config?.Shards, config?.Epoch, out error);
        }
        catch (JsonException wrong)
        {
            error = $"the JSON cannot be read at {wrong.Path ?? "$"}, line {wrong.LineNumber + 1 ?? 1}";
            return null;
        }
    }

    /// <summary>Writes a configuration: with its epoch as our object, without one as Dragonfly's array.</summary>
    public static byte[] Write(ClusterConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        ShardJson[] shards = [.. config.Shards.Select(Of)];
        return config.Epoch is null
            ? JsonSerializer.SerializeToUtf8Bytes(shards, ClusterJsonContext.Default.ShardJsonArray)
            : JsonSerializer.SerializeToUtf8Bytes(new ConfigJson { Epoch = config.Epoch, Shards = shards }, ClusterJsonContext.Default.ConfigJson);
    }

    /// <summary>The word for a node's state.</summary>
    public static string NameOf(NodeHealth health) => HealthNames[(int)health];

    private static ClusterConfig? TryMake(ShardJson?[]? shards, long? epoch, out string? error)
    {
        error = null;
        if (shards is null)
        {
            error = "there are no shards";
            return null;
        }

        List<ClusterShard> made = [];
        for (int i = 0; i < shards.Length; i++)
        {
            if (TryShard(shards[i], out ClusterShard? shard) is { } wrong)
            {
                error = $"shard {i}: {wrong}";
                return null;
            }

            made.Add(shard!);
        }

        return ClusterConfig.TryMake(made, epoch, out error);
    }

    private static string? TryShard(ShardJson? json, out ClusterShard? shard)
    {
        shard = null;
        if (json is null)
            return "it is null";
        if (TryRanges(json.SlotRanges, out List<SlotRange> ranges) is { } wrongRange)
            return wrongRange;
        if (TryNode(json.Master, "master", out ClusterNodeInfo? master) is { } wrongMaster)
            return wrongMaster;
        List<ClusterNodeInfo> replicas = [];
        foreach (NodeJson? replica in json.Replicas ?? [])
        {
            if (TryNode(replica, "replica", out ClusterNodeInfo? node) is { } wrong)
                return wrong;
            replicas.Add(node!);
        }

        List<SlotMigration> migrations = [];
        foreach (MigrationJson? migration in json.Migrations ?? [])
        {
            if (migration is not { NodeId: { } id, Ip: { } ip, Port: { } port })
                return "a migration needs node_id, ip and port";
            if (TryRanges(migration.SlotRanges, out List<SlotRange> leaving) is { } wrong)
                return $"migration to {id}: {wrong}";
            migrations.Add(new SlotMigration(leaving, id, ip, port));
        }

        shard = new ClusterShard(ranges, master!, replicas, migrations);
        return null;
    }

    private static string? TryRanges(RangeJson?[]? json, out List<SlotRange> ranges)
    {
        ranges = [];
        if (json is null)
            return "slot_ranges are missing";
        foreach (RangeJson? range in json)
        {
            if (range is not { Start: { } start, End: { } end })
                return "a range of slots needs start and end";
            if (ClusterConfigRules.CheckRange(start, end) is { } wrong)
                return wrong;
            ranges.Add(new SlotRange(start, end));
        }

        return null;
    }

    private static string? TryNode(NodeJson? json, string role, out ClusterNodeInfo? node)
    {
        node = null;
        if (json is not { Id: { } id, Ip: { } ip, Port: { } port })
            return $"a {role} needs id, ip and port";
        int health = json.Health is { } word ? Array.IndexOf(HealthNames, word) : 0;
        if (health < 0)
            return $"node {id}: health '{json.Health}' is not one of {string.Join(", ", HealthNames)}";
        node = new ClusterNodeInfo(id, ip, port, (NodeHealth)health);
        return null;
    }

    private static ShardJson Of(ClusterShard shard) => new()
    {
        SlotRanges = Of(shard.Ranges),
        Master = Of(shard.Master),
        Replicas = [.. shard.Replicas.Select(Of)],
        Migrations = shard.Migrations.Count == 0
            ? null
            : [.. shard.Migrations.Select(m => new MigrationJson { SlotRanges = Of(m.Ranges), NodeId = m.NodeId, Ip = m.Ip, Port = m.Port })],
    };

    private static NodeJson Of(ClusterNodeInfo node)
        => new() { Id = node.Id, Ip = node.Ip, Port = node.Port, Health = node.Health == NodeHealth.Online ? null : NameOf(node.Health) };

    private static RangeJson[] Of(IReadOnlyList<SlotRange> ranges) => [.. ranges.Select(range => new RangeJson { Start = range.Start, End = range.End })];
}

/// <summary>Our object around Dragonfly's array.</summary>
internal sealed class ConfigJson
{
    [JsonPropertyName("epoch")]
    public long? Epoch { get; init; }

    [JsonPropertyName("shards")]
    public ShardJson?[]? Shards { get; init; }
}

/// <summary>A shard.</summary>
internal sealed class ShardJson
{
    [JsonPropertyName("slot_ranges")]
    public RangeJson?[]? SlotRanges { get; init; }

    [JsonPropertyName("master")]
    public NodeJson? Master { get; init; }

    [JsonPropertyName("replicas")]
    public NodeJson?[]? Replicas { get; init; }

    [JsonPropertyName("migrations")]
    public MigrationJson?[]? Migrations { get; init; }
}

/// <summary>A range of slots.</summary>
internal sealed class RangeJson
{
    [JsonPropertyName("start")]
    public int? Start { get; init; }

    [JsonPropertyName("end")]
    public int? End { get; init; }
}

/// <summary>A node.</summary>
internal sealed class NodeJson
{
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    [JsonPropertyName("ip")]
    public string? Ip { get; init; }

    [JsonPropertyName("port")]
    public int? Port { get; init; }

    [JsonPropertyName("health")]
    public string? Health { get; init; }
}

/// <summary>A migration.</summary>
internal sealed class MigrationJson
{
    [JsonPropertyName("slot_ranges")]
    public RangeJson?[]? SlotRanges { get; init; }

    [JsonPropertyName("node_id")]
    public string? NodeId { get; init; }

    [JsonPropertyName("ip")]
    public string? Ip { get; init; }

    [JsonPropertyName("port")]
    public int? Port { get; init; }
}

/// <summary>Readers and writers made at build time.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ShardJson[]))]
[JsonSerializable(typeof(ConfigJson))]
internal sealed partial class ClusterJsonContext : JsonSerializerContext;
