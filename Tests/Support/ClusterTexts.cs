using System.Text;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Support;

/// <summary>What a manager of a cluster says, and keys by their slot.</summary>
internal static class ClusterTexts
{
    private static readonly Lazy<string[]> Tags = new(MakeTags);

    /// <summary>All slots from one to another.</summary>
    public static SlotSet Slots(int start, int end) => SlotSet.Of([new SlotRange(start, end)]);

    /// <summary>A key of a slot.</summary>
    public static string KeyOf(int slot) => Tags.Value[slot];

    /// <summary>The slot of a key.</summary>
    public static int SlotOf(string key) => KeySlot.Of(Encoding.UTF8.GetBytes(key));

    /// <summary>A configuration of nodes on loopback ports: who owns what, and what leaves to whom over which port.</summary>
    public static string Json(
        long epoch, IReadOnlyList<(string Id, int Port)> nodes, IReadOnlyList<SlotSet> owners, IEnumerable<(int From, int To, SlotSet Slots, int Port)> migrations)
    {
        List<ClusterShard> shards = [];
        for (int i = 0; i < nodes.Count; i++)
        {
            SlotMigration[] leaving = [.. migrations.Where(leaves => leaves.From == i).Select(leaves => new SlotMigration(leaves.Slots.Ranges, nodes[leaves.To].Id, "127.0.0.1", leaves.Port))];
            shards.Add(new ClusterShard(owners[i].Ranges, new ClusterNodeInfo(nodes[i].Id, "127.0.0.1", nodes[i].Port), [], leaving));
        }

        ClusterConfig? config = ClusterConfig.TryMake(shards, epoch, out string? error);
        Assert.IsNotNull(config, error);
        return Encoding.UTF8.GetString(ClusterJson.Write(config));
    }

    private static string[] MakeTags()
    {
        string[] tags = new string[KeySlot.Count];
        for (int missing = KeySlot.Count, i = 0; missing > 0; i++)
        {
            string key = $"{{{i}}}";
            int slot = SlotOf(key);
            missing -= tags[slot] is null ? 1 : 0;
            tags[slot] ??= key;
        }

        return tags;
    }
}
