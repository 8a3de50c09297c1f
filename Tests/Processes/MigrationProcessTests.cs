using System.Globalization;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Protocol.Server.Hosting;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes;

/// <summary>Slots that move between real processes over TCP: clients that follow, kills of either side, and the demo.</summary>
[TestClass]
public sealed class MigrationProcessTests
{
    private const string RoundsVariable = "DFLOW_MIGRATION_KILLS";
    private const int Keys = 4000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [TestMethod]
    public async Task Ioredis_follows_slots_to_and_fro_and_no_error_reaches_the_application()
    {
        string node = Peers.RequireProgram("node");
        string folder = Path.Combine(Repository.Root, "Tests", "Peers");
        Peers.RequireFolder(Path.Combine(folder, "node_modules", "ioredis"), "run 'npm ci' in Tests/Peers");
        using ServerUnderTest first = StartNode("n1", 2);
        using ServerUnderTest second = StartNode("n2", 3);
        using ServerUnderTest third = StartNode("n3", 1);
        ProgramRun run = await ProgramRun.ToEndAsync(node, ["migration.mjs", PortOf(first), PortOf(second), PortOf(third)], directory: folder);
        Assert.AreEqual("OK\n", run.Succeeded());
        foreach (ServerUnderTest server in (ServerUnderTest[])[first, second, third])
        {
            server.Signal("TERM");
            Assert.AreEqual(0, server.AwaitExit());
        }
    }

    [TestMethod]
    public async Task Redis_cli_is_sent_after_the_keys()
    {
        string cli = Peers.RequireProgram("redis-cli");
        using ServerUnderTest first = StartNode("n1", 2);
        using ServerUnderTest second = StartNode("n2", 1);
        await using RespClient source = await RespClient.ConnectAsync(first.EndPoint);
        await using RespClient target = await RespClient.ConnectAsync(second.EndPoint);
        await ConfigureAsync([source, target], Json(first, second, isMoved: false, migrates: false));
        Assert.AreEqual("OK\n", (await CliAsync("SET", "bar", "value")).Succeeded());
        await ConfigureAsync([target, source], Json(first, second, isMoved: false, migrates: true));
        await UntilAsync(source, "out", "FINISHED");
        Assert.AreEqual("value\n", (await CliAsync("GET", "bar")).Succeeded(), "before the configuration says so");
        await ConfigureAsync([target, source], Json(first, second, isMoved: true, migrates: false));
        Assert.AreEqual("value\n", (await CliAsync("GET", "bar")).Succeeded());
        Assert.AreEqual("value", (await target.ExecuteAsync("GET", "bar").WaitAsync(Patience)).Text);

        Task<ProgramRun> CliAsync(params string[] words) => ProgramRun.ToEndAsync(cli, ["-c", "-p", PortOf(first), .. words]);
    }

    [TestMethod]
    public async Task A_side_that_is_killed_takes_nothing_with_it_but_what_it_owns()
    {
        int rounds = int.Parse(Environment.GetEnvironmentVariable(RoundsVariable) ?? "2", CultureInfo.InvariantCulture);
        for (int seed = 1; seed <= rounds; seed++)
            await KillAsync(killsSource: seed % 2 == 0, new Random(seed), $"replay: seed {seed} of {RoundsVariable}");
    }

    [TestMethod]
    public async Task The_demo_moves_slots_and_finds_nothing_lost()
    {
        ProgramRun run = await ProgramRun.ToEndAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "dragonflyflow.dll"), "demo", "cluster", "--nodes", "3", "--keys", "2000"]);
        string output = run.Succeeded();
        StringAssert.Contains(output, "FINISHED");
        StringAssert.Contains(output, "none lost, none double");
        StringAssert.Contains(output, "all nodes have stopped in order");
    }

    private static async Task KillAsync(bool killsSource, Random random, string replay)
    {
        using ServerUnderTest first = StartNode("n1", random.Next(1, 4));
        using ServerUnderTest second = StartNode("n2", random.Next(1, 4));
        await using RespClient source = await RespClient.ConnectAsync(first.EndPoint);
        await using RespClient target = await RespClient.ConnectAsync(second.EndPoint);
        await ConfigureAsync([source, target], Json(first, second, isMoved: false, migrates: false));
        string value = new('v', 2000);
        await Task.WhenAll(Enumerable.Range(0, Keys).Select(i => source.ExecuteAsync("SET", $"key:{i}", value))).WaitAsync(Patience);
        await ConfigureAsync([target, source], Json(first, second, isMoved: false, migrates: true));
        await Task.Delay(random.Next(60));
        (killsSource ? first : second).Signal("KILL");
        (killsSource ? first : second).AwaitExit();
        if (killsSource)
        {
            // The slots are its own if it has taken them over; else what had come of them goes.
            await Eventually.IsSoAsync(async () => await StateAsync(target, "in") is "FINISHED" || await SizeAsync(target) == 0, replay);
            if (await StateAsync(target, "in") == "FINISHED")
                Assert.IsTrue(await SizeAsync(target) > Keys / 3, replay);
            second.Signal("TERM");
            Assert.AreEqual(0, second.AwaitExit(), replay);
            return;
        }

        if (await StateAsync(source, "out") != "FINISHED")
        {
            // Whatever moment it was, the source has all its keys and goes on taking writes.
            await source.ExecuteAsync("DFLYCLUSTER", "CONFIG", Json(first, second, isMoved: false, migrates: false), "FORCE").WaitAsync(Patience);
            Assert.AreEqual(Keys, await SizeAsync(source), replay);
            for (int i = 0; i < Keys; i += 100)
                Assert.AreEqual("OK", (await source.ExecuteAsync("SET", $"key:{i}", "new").WaitAsync(Patience)).Text, replay);
        }

        first.Signal("TERM");
        Assert.AreEqual(0, first.AwaitExit(), replay);
    }

    private static ServerUnderTest StartNode(string id, int shards) => ServerUnderTest.Start(
        "--cluster_mode", "yes", "--cluster_node_id", id, "--num_shards", shards.ToString(CultureInfo.InvariantCulture), "--dbfilename=", "--slot_migration_retry_ms", "20");

    private static string PortOf(ServerUnderTest server) => server.EndPoint.Port.ToString(CultureInfo.InvariantCulture);

    private static string Json(ServerUnderTest first, ServerUnderTest second, bool isMoved, bool migrates)
    {
        string migrations = migrates ? $$"""[{"slot_ranges":[{"start":0,"end":8191}],"node_id":"n2","ip":"127.0.0.1","port":{{PortOf(second)}}}]""" : "[]";
        string ofFirst = isMoved ? """{"start":8192,"end":16383}""" : """{"start":0,"end":16383}""";
        string ofSecond = isMoved ? """{"start":0,"end":8191}""" : "";
        return $$"""
            [{"slot_ranges":[{{ofFirst}}],"master":{"id":"n1","ip":"127.0.0.1","port":{{PortOf(first)}}},"replicas":[],"migrations":{{migrations}}},
             {"slot_ranges":[{{ofSecond}}],"master":{"id":"n2","ip":"127.0.0.1","port":{{PortOf(second)}}},"replicas":[]}]
            """;
    }

    private static async Task ConfigureAsync(RespClient[] nodes, string json)
    {
        foreach (RespClient node in nodes)
            Assert.AreEqual("OK", (await node.ExecuteAsync("DFLYCLUSTER", "CONFIG", json).WaitAsync(Patience)).Text);
    }

    private static Task UntilAsync(RespClient node, string direction, string state)
        => Eventually.IsSoAsync(async () => await StateAsync(node, direction) == state, $"{direction} is not {state}");

    private static async Task<string> StateAsync(RespClient node, string direction)
    {
        RespValue rows = await node.ExecuteAsync("DFLYCLUSTER", "SLOT-MIGRATION-STATUS").WaitAsync(Patience);
        return rows.Items.FirstOrDefault(row => row[0].Text == direction)?[2].Text ?? "none";
    }

    private static async Task<long> SizeAsync(RespClient node) => (await node.ExecuteAsync("DBSIZE").WaitAsync(Patience)).Integer;
}
