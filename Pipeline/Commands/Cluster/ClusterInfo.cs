using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Commands.Server;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Commands.Cluster;

/// <summary>CLUSTER INFO, and the section of INFO.</summary>
internal static class ClusterInfo
{
    public static void Reply(ref CommandCall call)
    {
        ClusterNode node = call.Engine.Cluster!;
        IReadOnlyList<ClusterShard> shards = node.ShardsFor(call.Client);
        int assigned = shards.Sum(shard => shard.Slots.Count);
        InfoText text = new();
        text.Add("cluster_state", assigned == KeySlot.Count ? "ok" : "fail");
        text.Add("cluster_slots_assigned", assigned);
        text.Add("cluster_slots_ok", assigned);
        text.Add("cluster_slots_pfail", 0);
        text.Add("cluster_slots_fail", 0);
        text.Add("cluster_known_nodes", shards.Sum(shard => 1 + shard.Replicas.Count));
        text.Add("cluster_size", shards.Count(shard => !shard.Slots.IsEmpty));
        text.Add("cluster_current_epoch", Math.Max(0, node.Epoch));
        text.Add("cluster_my_epoch", Math.Max(0, node.Epoch));
        text.Add("cluster_stats_messages_sent", 0);
        text.Add("cluster_stats_messages_received", 0);
        text.Add("total_cluster_links_buffer_limit_exceeded", 0);
        call.Reply.Verbatim("txt", Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static string Describe(MigrationRow row)
    {
        long keysPerSecond = row.DurationMs > 0 ? row.Keys * 1000 / row.DurationMs : 0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"direction={row.Direction},peer={row.Peer},state={row.State.Word()},round={row.Round},attempt={row.Attempt},keys={row.Keys},changes={row.Changes}," +
            $"bytes={row.Bytes},waiting_max_bytes={row.BytesWaitingMax},ms={row.DurationMs},keys_per_sec={keysPerSecond},paused_ms={row.PausedMs},slots={row.Slots.Count},error={row.Error ?? "none"}");
    }

    public static void Section(InfoText text, StoreEngine engine)
    {
        text.Add("cluster_enabled", engine.Cluster is null ? 0 : 1);
        if (engine.Cluster is not { } node)
            return;
        text.Add("cluster_mode", node.IsReal ? "yes" : "emulated");
        text.Add("cluster_epoch", Math.Max(0, node.Epoch));
        text.Add("cluster_slots_held", node.View.Held.Count);
        text.Add("cluster_slots_expected", node.View.Expected.Count);
        text.Add("slot_flushes_active", node.Flushes.Active);
        text.Add("slot_flushes_total", node.Flushes.Begun);
        text.Add("slot_flushes_cut", node.Flushes.Cut);
        text.Add("slot_flushes_deleted_keys", node.Flushes.Deleted);
        int number = 0;
        foreach (MigrationRow row in MigrationRow.All(node))
            text.Add(string.Create(CultureInfo.InvariantCulture, $"migration{number++}"), Describe(row));
    }
}
