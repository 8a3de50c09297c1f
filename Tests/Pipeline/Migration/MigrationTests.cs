using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>Slots move from node to node with all their keys, while clients use them.</summary>
[TestClass]
public sealed class MigrationTests
{
    private static readonly SlotSet Moving = ServerCluster.Slots(0, 9999);
    private static readonly SlotSet Rest = ServerCluster.Slots(10000, KeySlot.Count - 1);

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(1, 3)]
    [DataRow(4, 1)]
    [DataRow(3, 2)]
    public async Task Keys_that_rest_come_over_whole(int sourceShards, int targetShards)
    {
        await using ServerCluster cluster = new([sourceShards, targetShards]);
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        MovingClient client = new(cluster, "a", seed: 5);
        for (int i = 0; i < 5000; i++)
            client.Step();
        await MoveAsync(cluster);
        client.Check("no seed");
        await cluster[0].IsQuietAsync();
        await cluster[1].IsQuietAsync();
        Assert.AreEqual(client.Keys, Sizes(cluster), "keys are lost or doubled");
    }

    [TestMethod]
    [DataRow("ordered", 1, 3, 21)]
    [DataRow("ordered", 3, 2, 22)]
    [DataRow("ordered", 4, 1, 23)]
    public async Task Clients_write_all_the_while_and_nothing_is_lost_or_doubled(string policy, int sourceShards, int targetShards, int seed)
    {
        await using ServerCluster cluster = new([sourceShards, targetShards], ("tx_policy", policy));
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        await using MovingClients clients = new(cluster, count: 3, seed);
        await clients.RunAsync(2000);
        await MoveAsync(cluster);
        await clients.RunAsync(200);
        await clients.StopAsync();
        clients.Check($"replay: {policy} {sourceShards} {targetShards} {seed}");
        await cluster[0].IsQuietAsync();
        await cluster[1].IsQuietAsync();
        Assert.AreEqual(clients.Keys, Sizes(cluster), "keys are lost or doubled");
    }

    private static async Task MoveAsync(ServerCluster cluster)
    {
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, Moving));
        await cluster[0].UntilAsync("out", "FINISHED");
        await cluster[1].UntilAsync("in", "FINISHED");
        cluster.Configure([Rest, Moving]);
    }

    private static long Sizes(ServerCluster cluster) => cluster.Nodes.Sum(node => node.Client.Ask("DBSIZE").Integer);
}
