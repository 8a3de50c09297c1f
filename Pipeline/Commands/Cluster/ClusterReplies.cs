using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Commands.Cluster;

/// <summary>The forms in which a cluster is described: CLUSTER SLOTS, SHARDS, NODES. Nodes that should not be used are left out where clients choose from.</summary>
internal static class ClusterReplies
{
    public static void Slots(ref CommandCall call)
    {
        IReadOnlyList<ClusterShard> shards = call.Engine.Cluster!.ShardsFor(call.Client);
        call.Reply.Array(shards.Sum(shard => shard.Slots.Ranges.Count));
        foreach (ClusterShard shard in shards)
        {
            ClusterNodeInfo[] replicas = [.. shard.Replicas.Where(replica => replica.Health == NodeHealth.Online)];
            foreach (SlotRange range in shard.Slots.Ranges)
            {
                call.Reply.Array(3 + replicas.Length);
                call.Reply.Integer(range.Start);
                call.Reply.Integer(range.End);
                WriteSlotNode(call.Reply, shard.Master);
                foreach (ClusterNodeInfo replica in replicas)
                    WriteSlotNode(call.Reply, replica);
            }
        }
    }

    public static void Shards(ref CommandCall call)
    {
        IReadOnlyList<ClusterShard> shards = call.Engine.Cluster!.ShardsFor(call.Client);
        call.Reply.Array(shards.Count);
        foreach (ClusterShard shard in shards)
        {
            ClusterNodeInfo[] replicas = [.. shard.Replicas.Where(replica => replica.Health != NodeHealth.Hidden)];
            call.Reply.Map(2);
            call.Reply.Bulk("slots");
            call.Reply.Array(shard.Slots.Ranges.Count * 2);
            foreach (SlotRange range in shard.Slots.Ranges)
            {
                call.Reply.Integer(range.Start);
                call.Reply.Integer(range.End);
            }

            call.Reply.Bulk("nodes");
            call.Reply.Array(1 + replicas.Length);
            WriteShardNode(call.Reply, shard.Master, "master");
            foreach (ClusterNodeInfo replica in replicas)
                WriteShardNode(call.Reply, replica, "replica");
        }
    }

    public static void Nodes(ref CommandCall call)
    {
        ClusterNode node = call.Engine.Cluster!;
        StringBuilder text = new();
        foreach (ClusterShard shard in node.ShardsFor(call.Client))
        {
            Line(text, node, shard.Master, "master", "-");
            foreach (SlotRange range in shard.Slots.Ranges)
                text.Append(' ').Append(range);
            text.Append('\n');
            foreach (ClusterNodeInfo replica in shard.Replicas.Where(replica => replica.Health != NodeHealth.Hidden))
            {
                Line(text, node, replica, "slave", shard.Master.Id);
                text.Append('\n');
            }
        }

        call.Reply.Verbatim("txt", Encoding.UTF8.GetBytes(text.ToString()));
    }

    // There is no bus between the nodes; what reads this text wants a number where its port would be.
    private static void Line(StringBuilder text, ClusterNode node, ClusterNodeInfo info, string role, string master)
    {
        string flags = (info.Id == node.Id ? "myself," : "") + role + (info.Health == NodeHealth.Fail ? ",fail" : "");
        string link = info.Health == NodeHealth.Fail ? "disconnected" : "connected";
        text.Append(CultureInfo.InvariantCulture, $"{info.Id} {info.Ip}:{info.Port}@{info.Port} {flags} {master} 0 0 {Math.Max(0, node.Epoch)} {link}");
    }

    private static void WriteSlotNode(ReplyBuffer reply, ClusterNodeInfo node)
    {
        reply.Array(4);
        reply.Bulk(node.Ip);
        reply.Integer(node.Port);
        reply.Bulk(node.Id);
        reply.Map(0);
    }

    private static void WriteShardNode(ReplyBuffer reply, ClusterNodeInfo node, string role)
    {
        reply.Map(7);
        reply.Bulk("id");
        reply.Bulk(node.Id);
        reply.Bulk("port");
        reply.Integer(node.Port);
        reply.Bulk("ip");
        reply.Bulk(node.Ip);
        reply.Bulk("endpoint");
        reply.Bulk(node.Ip);
        reply.Bulk("role");
        reply.Bulk(role);
        reply.Bulk("replication-offset");
        reply.Integer(0);
        reply.Bulk("health");
        reply.Bulk(node.Health == NodeHealth.Hidden ? "online" : ClusterJson.NameOf(node.Health));
    }
}
