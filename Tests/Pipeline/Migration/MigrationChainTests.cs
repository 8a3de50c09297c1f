using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>Several migrations of several nodes at once, and one behind the other without a pause, under clients that write.</summary>
[TestClass]
public sealed class MigrationChainTests
{
    private const int Nodes = 5;

    [TestMethod]
    [DataRow(61)]
    [DataRow(62)]
    public async Task Five_nodes_pass_random_ranges_along_all_at_once(int seed)
    {
        Random random = new(seed);
        await using ServerCluster cluster = new([.. Enumerable.Range(0, Nodes).Select(_ => random.Next(1, 4))]);
        SlotSet[] parts = Parts(random, Nodes);
        cluster.Configure(parts);
        await using MovingClients clients = new(cluster, count: 3, seed);
        await clients.RunAsync(800);
        for (int step = 0; step < Nodes + 2; step++)
        {
            // Part p lies on node (p + step) % 5 and goes to the next one: each node gives one away and gets one.
            SlotSet[] owners = OwnersAt(parts, step);
            if (random.Next(2) == 0)
                cluster[random.Next(Nodes)].Peers.BreakAt(random.Next(3, 12), random.Next(2) == 0 ? FaultyPeers.Fate.BreaksBefore : FaultyPeers.Fate.BreaksAfter);
            cluster.Configure(owners, [.. Enumerable.Range(0, Nodes).Select(i => (i, (i + 1) % Nodes, owners[i]))]);
            await AllFinishedAsync(cluster, seed);
        }

        cluster.Configure(OwnersAt(parts, Nodes + 2));
        await FinishAsync(cluster, clients, seed);
    }

    [TestMethod]
    [DataRow(71)]
    [DataRow(72)]
    public async Task What_a_node_gets_it_gives_on_at_once_and_others_to_another(int seed)
    {
        Random random = new(seed);
        await using ServerCluster cluster = new([2, 1, 3]);
        cluster.Configure([SlotSet.All, SlotSet.Empty, SlotSet.Empty]);
        await using MovingClients clients = new(cluster, count: 3, seed);
        await clients.RunAsync(1000);
        for (int i = 0; i < 4; i++)
        {
            SlotSet[] parts = Parts(random, 3);
            cluster.Configure([SlotSet.All, SlotSet.Empty, SlotSet.Empty], (0, 1, parts[0]));
            await AllFinishedAsync(cluster, seed);
            // Its keys are being flushed at the first node while others of it are on their way; the second passes on what it has just got.
            cluster.Configure([parts[1].Union(parts[2]), parts[0], SlotSet.Empty], (0, 2, parts[1]), (1, 2, parts[0]));
            await AllFinishedAsync(cluster, seed);
            cluster.Configure([parts[2], SlotSet.Empty, parts[0].Union(parts[1])], (2, 0, parts[0].Union(parts[1])));
            await AllFinishedAsync(cluster, seed);
            cluster.Configure([SlotSet.All, SlotSet.Empty, SlotSet.Empty]);
        }

        await FinishAsync(cluster, clients, seed);
    }

    // All slots in so many parts, of several ranges each.
    private static SlotSet[] Parts(Random random, int count)
    {
        SlotSet[] parts = [.. Enumerable.Repeat(SlotSet.Empty, count)];
        for (int start = 0, i = 0; start < KeySlot.Count; i++)
        {
            int end = Math.Min(KeySlot.Count - 1, start + random.Next(1, KeySlot.Count / count));
            parts[i % count] = parts[i % count].Union(ServerCluster.Slots(start, end));
            start = end + 1;
        }

        return parts;
    }

    private static SlotSet[] OwnersAt(SlotSet[] parts, int step) => [.. Enumerable.Range(0, Nodes).Select(node => parts[(node - step % Nodes + Nodes) % Nodes])];

    private static Task AllFinishedAsync(ServerCluster cluster, int seed) => Eventually.IsSoAsync(
        () => cluster.Nodes.All(node => node.Engine.Cluster!.Migrations.Outgoing.All(migration => migration.Progress.State == MigrationState.Finished)),
        () => $"seed {seed}: {string.Join("; ", cluster.Nodes.SelectMany(node => node.Engine.Cluster!.Migrations.Outgoing).Select(m => $"to {m.Declared.NodeId} {m.Progress.State} in round {m.Progress.Round}: {m.Progress.LastError}"))}");

    private static async Task FinishAsync(ServerCluster cluster, MovingClients clients, int seed)
    {
        await clients.RunAsync(100);
        await clients.StopAsync();
        clients.Check($"replay: {seed}");
        foreach (ServerCluster.Node node in cluster.Nodes)
            await node.IsQuietAsync();
        Assert.AreEqual(clients.Keys, cluster.Nodes.Sum(node => node.Client.Ask("DBSIZE").Integer), "keys are lost or doubled");
    }
}
