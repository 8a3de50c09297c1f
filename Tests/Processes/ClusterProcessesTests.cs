using System.Globalization;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Tests.Protocol.Server.Hosting;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes;

/// <summary>Clusters of real processes: one that plays a cluster, and three nodes that a manager configures; ioredis and redis-cli -c as their clients.</summary>
[TestClass]
public sealed class ClusterProcessesTests
{
    [TestMethod]
    public async Task Ioredis_uses_an_emulated_cluster()
    {
        using ServerUnderTest server = ServerUnderTest.Start("--cluster_mode", "emulated", "--num_shards", "3");
        await RunScriptAsync("emulated", server);
    }

    [TestMethod]
    public async Task Ioredis_uses_a_cluster_of_three_nodes_and_follows_slots_that_move()
    {
        using ServerUnderTest first = StartNode("n1");
        using ServerUnderTest second = StartNode("n2");
        using ServerUnderTest third = StartNode("n3");
        await RunScriptAsync("yes", first, second, third);
    }

    [TestMethod]
    public async Task Redis_cli_is_redirected_from_node_to_node()
    {
        using ServerUnderTest first = StartNode("n1");
        using ServerUnderTest second = StartNode("n2");
        Assert.AreEqual("CLUSTERDOWN Hash slot not served\n\n", (await CliAsync(first, "GET", "foo")).Output);
        string config = $$"""
            [{"slot_ranges":[{"start":0,"end":8191}],"master":{"id":"n1","ip":"127.0.0.1","port":{{first.EndPoint.Port}}},"replicas":[]},
             {"slot_ranges":[{"start":8192,"end":16383}],"master":{"id":"n2","ip":"127.0.0.1","port":{{second.EndPoint.Port}}},"replicas":[]}]
            """;
        Assert.AreEqual("OK\n", (await CliAsync(first, "DFLYCLUSTER", "CONFIG", config)).Succeeded());
        await using (RespClient client = await RespClient.ConnectAsync(second.EndPoint))
            Assert.AreEqual("OK", (await client.ExecuteAsync("DFLYCLUSTER", "CONFIG", config)).Text);
        foreach (ServerUnderTest node in (ServerUnderTest[])[first, second])
        {
            Assert.AreEqual("OK\n", (await CliAsync(node, "SET", "foo", "1")).Succeeded());
            Assert.AreEqual("1\n", (await CliAsync(node, "GET", "foo")).Succeeded());
            Assert.AreEqual("OK\n", (await CliAsync(node, "SET", "bar", "2")).Succeeded());
            Assert.AreEqual("2\n", (await CliAsync(node, "GET", "bar")).Succeeded());
            Assert.AreEqual("1\n", (await CliAsync(node, "DBSIZE")).Succeeded());
            StringAssert.Contains((await CliAsync(node, "MGET", "foo", "bar")).Output, "CROSSSLOT");
        }

        string shards = (await CliAsync(first, "CLUSTER", "SHARDS")).Succeeded();
        StringAssert.Contains(shards, "8192\n16383\n");
        string check = (await ProgramRun.ToEndAsync(Peers.RequireProgram("redis-cli"), ["--cluster", "info", $"127.0.0.1:{PortOf(first)}"])).Output;
        StringAssert.Contains(check, "[OK] 2 keys in 2 masters.");
    }

    private static ServerUnderTest StartNode(string id) => ServerUnderTest.Start("--cluster_mode", "yes", "--cluster_node_id", id, "--num_shards", "2");

    private static string PortOf(ServerUnderTest server) => server.EndPoint.Port.ToString(CultureInfo.InvariantCulture);

    private static Task<ProgramRun> CliAsync(ServerUnderTest server, params string[] arguments) =>
        ProgramRun.ToEndAsync(Peers.RequireProgram("redis-cli"), ["-c", "-p", PortOf(server), .. arguments]);

    private static async Task RunScriptAsync(string mode, params ServerUnderTest[] servers)
    {
        string node = Peers.RequireProgram("node");
        string folder = Path.Combine(Repository.Root, "Tests", "Peers");
        Peers.RequireFolder(Path.Combine(folder, "node_modules", "ioredis"), "run 'npm ci' in Tests/Peers");
        ProgramRun run = await ProgramRun.ToEndAsync(node, ["cluster.mjs", mode, .. servers.Select(PortOf)], directory: folder);
        Assert.AreEqual("OK\n", run.Succeeded());
        foreach (ServerUnderTest server in servers)
        {
            server.Signal("TERM");
            Assert.AreEqual(0, server.AwaitExit());
        }
    }
}
