using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>What a configuration must hold to: each slot has one owner, each node one name, and a migration leads from an owner to another master.</summary>
internal static class ClusterConfigRules
{
    private const int PortMax = 65535;

    /// <summary>What is wrong, or null. Ranges are looked at by <see cref="CheckRange"/> before they become part of a shard.</summary>
    public static string? Check(IReadOnlyList<ClusterShard> shards, long? epoch)
    {
        if (epoch < 0)
            return $"epoch {epoch} is negative";
        return CheckNodes(shards) ?? CheckSlots(shards) ?? CheckMigrations(shards);
    }

    /// <summary>What is wrong with a range, or null.</summary>
    public static string? CheckRange(int start, int end)
    {
        if (start is < 0 or >= KeySlot.Count || end is < 0 or >= KeySlot.Count)
            return $"slots {start}-{end} are not within 0-{KeySlot.Count - 1}";
        return start > end ? $"slots {start}-{end} end before they start" : null;
    }

    private static string? CheckNodes(IReadOnlyList<ClusterShard> shards)
    {
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (ClusterNodeInfo node in shards.SelectMany(shard => shard.Nodes))
        {
            if (node.Id.Length == 0 || node.Id.Any(char.IsWhiteSpace))
                return $"node id '{node.Id}' is empty or has spaces";
            if (CheckAddress(node.Ip, node.Port) is { } wrong)
                return $"node {node.Id}: {wrong}";
            if (!ids.Add(node.Id))
                return $"node {node.Id} is there twice";
        }

        return null;
    }

    private static string? CheckAddress(string ip, int port)
    {
        if (ip.Length == 0 || ip.Any(char.IsWhiteSpace))
            return $"ip '{ip}' is empty or has spaces";
        return port is < 1 or > PortMax ? $"port {port} is not within 1-{PortMax}" : null;
    }

    private static string? CheckSlots(IReadOnlyList<ClusterShard> shards)
    {
        string?[] owners = new string?[KeySlot.Count];
        foreach (ClusterShard shard in shards)
        {
            foreach (SlotRange range in shard.Ranges)
            {
                for (int slot = range.Start; slot <= range.End; slot++)
                {
                    if (owners[slot] is { } other)
                        return other == shard.Master.Id ? $"slot {slot} is there twice for {other}" : $"slot {slot} belongs to {other} and to {shard.Master.Id}";
                    owners[slot] = shard.Master.Id;
                }
            }
        }

        SlotSet free = SlotSet.All.Where(slot => owners[slot] is null);
        return free.IsEmpty ? null : $"slots {free} belong to nobody";
    }

    private static string? CheckMigrations(IReadOnlyList<ClusterShard> shards)
    {
        HashSet<string> masters = new(shards.Select(shard => shard.Master.Id), StringComparer.Ordinal);
        foreach (ClusterShard shard in shards)
        {
            string source = shard.Master.Id;
            SlotSet leaving = SlotSet.Empty;
            HashSet<string> targets = new(StringComparer.Ordinal);
            foreach (SlotMigration migration in shard.Migrations)
            {
                string name = $"migration {source} -> {migration.NodeId}";
                if (migration.Slots.IsEmpty)
                    return $"{name} has no slots";
                if (migration.NodeId == source)
                    return $"{name} leads to where it starts";
                if (!masters.Contains(migration.NodeId))
                    return $"{name}: the target is not a master";
                if (CheckAddress(migration.Ip, migration.Port) is { } wrong)
                    return $"{name}: {wrong}";
                if (!targets.Add(migration.NodeId))
                    return $"{name} is there twice";
                if (migration.Slots.Except(shard.Slots) is { IsEmpty: false } foreign)
                    return $"{name}: slots {foreign} do not belong to the source";
                if (migration.Slots.Intersect(leaving) is { IsEmpty: false } twice)
                    return $"{name}: slots {twice} leave twice";
                leaving = leaving.Union(migration.Slots);
            }
        }

        return null;
    }
}
