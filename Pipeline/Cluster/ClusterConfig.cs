namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>What a manager says of a node's state; it decides to whom the node is shown.</summary>
public enum NodeHealth
{
    /// <summary>Serves.</summary>
    Online,

    /// <summary>Has not all data yet: no client is sent to it.</summary>
    Loading,

    /// <summary>Is down: no client is sent to it.</summary>
    Fail,

    /// <summary>A replica that clients are not told of.</summary>
    Hidden,
}

/// <summary>A node of the cluster.</summary>
/// <param name="Id">Its name in the configuration, unique.</param>
/// <param name="Ip">Where clients reach it.</param>
/// <param name="Port">Where clients reach it.</param>
/// <param name="Health">Its state.</param>
public sealed record ClusterNodeInfo(string Id, string Ip, int Port, NodeHealth Health = NodeHealth.Online);

/// <summary>Slots on their way from the shard that holds this to another one.</summary>
/// <param name="Ranges">Which.</param>
/// <param name="NodeId">The master they go to.</param>
/// <param name="Ip">Where the source reaches it.</param>
/// <param name="Port">Where the source reaches it.</param>
public sealed record SlotMigration(IReadOnlyList<SlotRange> Ranges, string NodeId, string Ip, int Port)
{
    /// <summary>The slots as a set.</summary>
    public SlotSet Slots { get; } = SlotSet.Of(Ranges);
}

/// <summary>Slots, the master that owns them, and its replicas.</summary>
/// <param name="Ranges">The slots; none for a master that waits for some.</param>
/// <param name="Master">The owner.</param>
/// <param name="Replicas">Its copies.</param>
/// <param name="Migrations">Slots that leave it.</param>
public sealed record ClusterShard(
    IReadOnlyList<SlotRange> Ranges, ClusterNodeInfo Master, IReadOnlyList<ClusterNodeInfo> Replicas, IReadOnlyList<SlotMigration> Migrations)
{
    /// <summary>The slots as a set.</summary>
    public SlotSet Slots { get; } = SlotSet.Of(Ranges);

    /// <summary>Master and replicas.</summary>
    public IEnumerable<ClusterNodeInfo> Nodes => Replicas.Prepend(Master);
}

/// <summary>Who owns what, as a manager pushes it to every node. A value: checked as a whole when it is made, never changed.</summary>
public sealed class ClusterConfig
{
    private ClusterConfig(IReadOnlyList<ClusterShard> shards, long? epoch)
    {
        Shards = shards;
        Epoch = epoch;
    }

    /// <summary>The shards.</summary>
    public IReadOnlyList<ClusterShard> Shards { get; }

    /// <summary>Its number among configurations, if the manager gives one: a node refuses what is older than what it has.</summary>
    public long? Epoch { get; }

    /// <summary>Makes a configuration; null, and what is wrong in words, if one of the rules is broken.</summary>
    public static ClusterConfig? TryMake(IReadOnlyList<ClusterShard> shards, long? epoch, out string? error)
    {
        ArgumentNullException.ThrowIfNull(shards);
        error = ClusterConfigRules.Check(shards, epoch);
        return error is null ? new ClusterConfig(shards, epoch) : null;
    }
}
