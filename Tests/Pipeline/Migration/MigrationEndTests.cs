using System.Globalization;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>Other ends than the good one, and several migrations at once.</summary>
[TestClass]
public sealed class MigrationEndTests
{
    private static readonly SlotSet Low = ServerCluster.Slots(0, 8191);
    private static readonly SlotSet High = ServerCluster.Slots(8192, KeySlot.Count - 1);

    [TestMethod]
    [DataRow(1, 3)]
    [DataRow(3, 1)]
    public async Task A_target_without_memory_ends_it_for_good_and_keeps_no_key(int sourceShards, int targetShards)
    {
        await using ServerCluster cluster = new([sourceShards, targetShards]);
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        for (int i = 0; i < 3000; i++)
            cluster[0].Client.Execute("SET", $"key:{i}", new string('v', 1000));
        cluster[1].Client.Execute("CONFIG", "SET", "maxmemory", "1mb");
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, Low));
        await cluster[0].UntilAsync("out", "FATAL");
        Assert.AreEqual(("FATAL", "the target is out of memory"), (cluster[1].Status("in").State, cluster[1].Status("in").Error));
        Assert.AreEqual("the target is out of memory", cluster[0].Status("out").Error);
        await cluster[0].IsQuietAsync();
        await cluster[1].IsQuietAsync();
        Assert.AreEqual(0L, cluster[1].Client.Ask("DBSIZE").Integer, "partial keys");
        Assert.AreEqual(3000L, cluster[0].Client.Ask("DBSIZE").Integer, "the source's data is whole");
    }

    [TestMethod]
    [DataRow(31)]
    [DataRow(32)]
    public async Task Two_nodes_exchange_slots_at_once(int seed)
    {
        await using ServerCluster cluster = new([2, 3]);
        cluster.Configure([Low, High]);
        await using MovingClients clients = new(cluster, count: 3, seed);
        await clients.RunAsync(1500);
        cluster.Configure([Low, High], (0, 1, Low), (1, 0, High));
        foreach (ServerCluster.Node node in cluster.Nodes)
        {
            await node.UntilAsync("out", "FINISHED");
            await node.UntilAsync("in", "FINISHED");
        }

        cluster.Configure([High, Low]);
        await clients.RunAsync(200);
        await FinishAsync(cluster, clients, seed);
    }

    [TestMethod]
    [DataRow(41)]
    [DataRow(42)]
    public async Task A_configuration_sends_the_same_slots_elsewhere_while_they_move(int seed)
    {
        await using ServerCluster cluster = new([2, 1, 3]);
        cluster.Configure([SlotSet.All, SlotSet.Empty, SlotSet.Empty]);
        await using MovingClients clients = new(cluster, count: 2, seed);
        Random random = new(seed);
        await clients.RunAsync(1000);
        SlotSet[] owners = [SlotSet.All, SlotSet.Empty, SlotSet.Empty];
        for (int i = 0; i < 5; i++)
        {
            // Broken while it moves, so that it has not finished when the next configuration comes.
            cluster[0].Peers.BreakAt(random.Next(4, 10), FaultyPeers.Fate.BreaksBefore);
            cluster.Configure(owners, (0, 1, Low));
            await Task.Delay(random.Next(5));
            bool isTakenBack = cluster.TryTakeBack(cluster[0], owners, (0, 2, Low));
            if (!isTakenBack)
                cluster.Configure([High, Low, SlotSet.Empty], (1, 2, Low));
            await cluster[isTakenBack ? 0 : 1].UntilAsync("out", "FINISHED");
            // And back.
            cluster.Configure([High, SlotSet.Empty, Low], (2, 0, Low));
            await cluster[2].UntilAsync("out", "FINISHED");
            cluster.Configure(owners);
        }

        await FinishAsync(cluster, clients, seed);
    }

    [TestMethod]
    [DataRow(true, 51)]
    [DataRow(false, 52)]
    public async Task Either_side_may_stop_at_any_moment(bool source, int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 6; round++)
        {
            string replay = $"replay: {source} {seed}, round {round}";
            await using ServerCluster cluster = new([random.Next(1, 4), random.Next(1, 4)]);
            cluster.Configure([SlotSet.All, SlotSet.Empty]);
            for (int i = 0; i < 500; i++)
                cluster[0].Client.Execute("RPUSH", $"key:{i}", "a", "b", new string('v', 500));
            ServerCluster.Node stopped = cluster[source ? 0 : 1];
            ServerCluster.Node other = cluster[source ? 1 : 0];
            long keysAtEnd = -1;
            stopped.Graph.AddRelease("count", Stage.Journal, Upstreams.None, () => keysAtEnd = stopped.Engine.Shards.Sum(shard => shard.Keyspace[0].Count));
            cluster[0].Peers.BreakAt(random.Next(1, 30), FaultyPeers.Fate.BreaksBefore);
            cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, Low));
            await Task.Delay(random.Next(10));
            string state = cluster[0].Status("out").State;
            await stopped.StopAsync();
            if (source)
            {
                await Eventually.IsSoAsync(() => other.Status("in").State is not "SYNC", () => $"{other.Status("in")}: {replay}");
                await other.IsQuietAsync();
                bool isTaken = other.Status("in").State == "FINISHED";
                Assert.IsTrue(isTaken || other.Client.Ask("DBSIZE").Integer == 0, $"partial keys are left, {other.Status("in")}: {replay}");
                Assert.IsTrue(keysAtEnd == 500 || isTaken, $"{keysAtEnd} keys at the source: {replay}");
            }
            else if (state != "FINISHED" && other.Status("out").State != "FINISHED")
            {
                Assert.AreEqual(500L, other.Client.Ask("DBSIZE").Integer, replay);
                // Who could say whether it has taken the slots has gone.
                Assert.AreEqual("+OK\r\n", other.Client.Execute("DFLYCLUSTER", "CONFIG", cluster.Json([SlotSet.All, SlotSet.Empty]), "FORCE"), replay);
                await other.IsQuietAsync();
                Assert.AreEqual(":4\r\n", other.Client.Execute("RPUSH", "key:1", "c"), replay);
            }
        }
    }

    [TestMethod]
    public async Task Taken_back_before_both_sides_know_of_it_it_leaves_nothing()
    {
        await using ServerCluster cluster = new([2, 2]);
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        string migrating = cluster.Json([SlotSet.All, SlotSet.Empty], (0, 1, Low));
        cluster[0].Client.Execute("DFLYCLUSTER", "CONFIG", migrating);
        await Eventually.IsSoAsync(() => cluster[0].Status("out").Error.Contains("does not know", StringComparison.Ordinal), () => $"{cluster[0].Status("out")}");
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        await cluster[0].IsQuietAsync();
        await cluster[1].IsQuietAsync();
    }

    private static async Task FinishAsync(ServerCluster cluster, MovingClients clients, int seed)
    {
        await clients.StopAsync();
        clients.Check($"replay: {seed.ToString(CultureInfo.InvariantCulture)}");
        foreach (ServerCluster.Node node in cluster.Nodes)
            await node.IsQuietAsync();
        Assert.AreEqual(clients.Keys, cluster.Nodes.Sum(node => node.Client.Ask("DBSIZE").Integer), "keys are lost or doubled");
    }
}
