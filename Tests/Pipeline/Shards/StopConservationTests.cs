using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Shards;

/// <summary>
/// Stops at random points: whatever a client has sent is answered exactly once, by its reply or by a refusal; acknowledged increments are in the store;
/// all ledgers balance and all memory is given back.
/// </summary>
[TestClass]
public class StopConservationTests
{
    private const int Clients = 3;

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task Every_command_is_answered_once_whenever_the_stop_comes(int shards)
    {
        long acknowledged = 0;
        for (int seed = 1; seed <= 25; seed++)
            acknowledged += await RunAsync(shards, seed);
        Assert.IsGreaterThan(1000, acknowledged, "the stops came under load");
    }

    private static async Task<long> RunAsync(int shards, int seed)
    {
        string replay = $"replay: shards={shards} seed={seed}";
        StoreEngine engine = new(new StoreEngineOptions { Shards = shards, Seed = (ulong)seed, Checked = true, Config = Policies.Config() }, TimeProvider.System);
        FlowGraph graph = new();
        Gate clients = graph.AddGate("clients", Stage.Sessions, Upstreams.None);
        engine.Join(graph, clients);
        Task<long>[] running = [.. Enumerable.Range(0, Clients).Select(i => StartClient(engine, clients, seed + (i * 1000)))];
        await Task.Delay(new Random(seed).Next(0, 12));

        long counted = -1;
        graph.AddRelease("count", Stage.Journal, Upstreams.None, () => counted = Count(engine));
        StopReport report = await graph.StopAsync();
        long acknowledged = (await Task.WhenAll(running)).Sum();

        Assert.AreEqual(StopVerdict.Clean, report.Verdict, $"{replay}: {report.ToJson()}");
        Assert.AreEqual(acknowledged, counted, $"{replay}: acknowledged increments and the store");
        foreach (ShardBlock shard in engine.Shards)
        {
            shard.Ledger.AssertSettled($"shard-{shard.Index}");
            Assert.AreEqual(0, shard.Keyspace.Arena.AllocatedBytes, replay);
            Assert.AreEqual(0, shard.Keyspace.Arena.LiveLeases, replay);
        }

        Assert.AreEqual(0, graph.LiveBlocks, replay);
        return acknowledged;
    }

    // A client enters the gate for each pipeline, as a connection's turn does, and counts the increments that were acknowledged.
    private static Task<long> StartClient(StoreEngine engine, Gate gate, int seed) => Task.Factory.StartNew(
        () =>
        {
            Random random = new(seed);
            using InProcessClient client = new(engine);
            long acknowledged = 0;
            while (gate.TryEnter())
            {
                int depth = random.Next(1, 40);
                string[][] commands = [.. Enumerable.Range(0, depth).Select(_ => new[] { "INCR", $"n{random.Next(20)}" })];
                string[] replies = client.Pipeline(commands).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
                Assert.HasCount(depth, replies, $"seed {seed}: one reply a command");
                acknowledged += replies.Count(reply => reply[0] == ':');
                gate.Exit();
            }

            return acknowledged;
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static long Count(StoreEngine engine)
    {
        using InProcessClient client = new(engine);
        long sum = 0;
        for (int i = 0; i < 20; i++)
        {
            string reply = client.Execute("GET", $"n{i}");
            if (reply[1] != '-')
                sum += long.Parse(reply.Split("\r\n")[1], System.Globalization.CultureInfo.InvariantCulture);
        }

        return sum;
    }
}
