// Immutable: any thread reads it. Which view holds is a field of ClusterNode, replaced while all shards are held.

using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>A configuration as one of its nodes sees it: what is served here, and where clients are sent for the rest.</summary>
public sealed class ClusterView
{
    private const string NotServed = "CLUSTERDOWN Hash slot not served";

    private readonly string _id;
    private readonly ClusterShard?[] _owners = new ClusterShard?[KeySlot.Count];

    private ClusterView(string id, ClusterConfig? config, IReadOnlyList<ClusterShard> shards)
    {
        _id = id;
        Config = config;
        Shards = shards;
        foreach (ClusterShard shard in shards)
        {
            foreach (SlotRange range in shard.Ranges)
                _owners.AsSpan(range.Start, range.End - range.Start + 1).Fill(shard);
        }

        Mine = shards.FirstOrDefault(shard => shard.Nodes.Any(node => node.Id == id));
        IsMaster = Mine is null || Mine.Master.Id == id;
        Held = Mine?.Slots ?? SlotSet.Empty;
        Outgoing = IsMaster && Mine is not null ? Mine.Migrations : [];
        Incoming = [.. shards.SelectMany(shard => shard.Migrations.Where(migration => migration.NodeId == id).Select(migration => (shard.Master, migration)))];
        Expected = Incoming.Aggregate(SlotSet.Empty, static (sum, incoming) => sum.Union(incoming.Migration.Slots));
    }

    /// <summary>The configuration; null before the first one, and in emulated mode.</summary>
    public ClusterConfig? Config { get; }

    /// <summary>All shards of the cluster.</summary>
    public IReadOnlyList<ClusterShard> Shards { get; }

    /// <summary>The shard that this node is part of; null if it is part of none.</summary>
    public ClusterShard? Mine { get; }

    /// <summary>Whether the node is the master of its shard.</summary>
    public bool IsMaster { get; }

    /// <summary>Slots whose keys this node keeps, as their master or as its replica.</summary>
    public SlotSet Held { get; }

    /// <summary>Slots that are on their way to this node: their keys are kept though clients are sent to the owner.</summary>
    public SlotSet Expected { get; }

    /// <summary>Migrations away from this node.</summary>
    public IReadOnlyList<SlotMigration> Outgoing { get; }

    /// <summary>Migrations to this node, each with the node it comes from.</summary>
    public IReadOnlyList<(ClusterNodeInfo Source, SlotMigration Migration)> Incoming { get; }

    /// <summary>A node that has been told nothing yet: it owns no slot.</summary>
    public static ClusterView Unconfigured(string id) => new(id, null, []);

    /// <summary>One node that owns everything.</summary>
    public static ClusterView Whole(ClusterNodeInfo self) => new(self.Id, null, [new ClusterShard(SlotSet.All.Ranges, self, [], [])]);

    /// <summary>What this node sees in a configuration.</summary>
    public static ClusterView Of(string id, ClusterConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new ClusterView(id, config, config.Shards);
    }

    /// <summary>The same when a migration has finished before a configuration says so: its slots are the target's.</summary>
    public ClusterView HandedOver(string sourceId, SlotMigration migration)
    {
        ArgumentNullException.ThrowIfNull(migration);
        List<ClusterShard> shards = [];
        foreach (ClusterShard shard in Shards)
        {
            SlotSet slots = shard.Master.Id == sourceId ? shard.Slots.Except(migration.Slots)
                : shard.Master.Id == migration.NodeId ? shard.Slots.Union(migration.Slots)
                : shard.Slots;
            shards.Add(new ClusterShard(slots.Ranges, shard.Master, shard.Replicas, shard.Migrations));
        }

        return new ClusterView(_id, Config, shards);
    }

    /// <summary>Who owns a slot; null if nobody does.</summary>
    public ClusterShard? OwnerOf(int slot) => _owners[slot];

    /// <summary>Slots that a node owns as a master.</summary>
    public SlotSet SlotsOf(string masterId) => Shards.FirstOrDefault(shard => shard.Master.Id == masterId)?.Slots ?? SlotSet.Empty;

    /// <summary>Why this node does not run a command on a slot, as the client is told, or null. <paramref name="mayRead"/>: a replica will do (READONLY).</summary>
    public string? Refusal(int slot, bool mayRead)
    {
        if (Held.Contains(slot) && (IsMaster || mayRead))
            return null;
        return RedirectionOf(slot);
    }

    /// <summary>The error that sends a client to the owner of a slot, which may be this node: then it asks again.</summary>
    public string RedirectionOf(int slot) => _owners[slot] is { } owner ? $"MOVED {slot} {owner.Master.Ip}:{owner.Master.Port}" : NotServed;
}
