using DragonflyFlow.Perf.Compare;
using DragonflyFlow.Perf.Host;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Rivals;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Perf;

/// <summary>The harness against real redis-servers, with our own load generator in this process.</summary>
[TestClass]
public sealed class CompareRunTests
{
    private static readonly CompareOptions Options = new()
    {
        Rounds = 2,
        Tests = ["get", "rpop", "zadd"],
        Pipelines = [1, 16],
        Keys = 1000,
        Clients = 3,
        Requests = 200,
        Smoke = true,
    };

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Every_round_measures_every_row_on_every_server_in_an_order_that_moves_on()
    {
        Steps steps = new();
        CompareRun run = new(Options, [Redis("one"), Redis("two")], CoreLayout.Free, new OwnLoad(), steps);

        SampleSet samples = await run.RunAsync(TestContext.CancellationToken);

        Assert.IsEmpty(run.Failures);
        string[] tests = ["get", "rpop", "zadd", "zadd-10k"];
        CollectionAssert.AreEqual(tests.SelectMany(test => new[] { (test, 1), (test, 16) }).ToArray(), samples.Rows.ToArray());
        Assert.HasCount(2 * 2 * 8, samples.All);
        CollectionAssert.AreEqual(new[] { "one", "two" }, samples.All.Where(sample => sample is { Round: 1, Test: "get", Pipeline: 1 }).Select(sample => sample.Server).ToArray());
        CollectionAssert.AreEqual(new[] { "two", "one" }, samples.All.Where(sample => sample is { Round: 2, Test: "get", Pipeline: 1 }).Select(sample => sample.Server).ToArray());
        Assert.IsTrue(samples.All.All(sample => sample.Requests == 200 && sample.Load.OpsPerSecond > 0 && sample.Load.P99Ms > 0 && sample.BytesPerKey > 0));
        Assert.AreEqual(steps.Announced, steps.Begun);
    }

    [TestMethod]
    public async Task Loads_that_redis_benchmark_does_not_know_are_driven_by_our_own_generator()
    {
        CompareOptions options = Options with { Rounds = 1, Tests = ["multi", "blpop", "publish"] };
        CompareRun run = new(options, [Redis("redis")], CoreLayout.Free, new OwnLoad(), new Steps());

        SampleSet samples = await run.RunAsync(TestContext.CancellationToken);

        Assert.IsEmpty(run.Failures);
        CollectionAssert.AreEqual(new[] { ("multi", 1), ("multi", 16), ("blpop", 1), ("publish", 1), ("publish", 16) }, samples.Rows.ToArray());
        Assert.IsTrue(samples.All.All(sample => sample.Load.OpsPerSecond > 0 && sample.Load.P99Ms > 0));
    }

    [TestMethod]
    public async Task A_server_that_cannot_start_is_reported_and_the_others_are_measured()
    {
        ServerLaunch broken = new("broken", Pinned: false, [Peers.RequireProgram("redis-server"), "--no-such-option", "{port}"]);
        CompareRun run = new(Options with { Rounds = 1, Tests = ["get"] }, [broken, Redis("redis")], CoreLayout.Free, new OwnLoad(), new Steps());

        SampleSet samples = await run.RunAsync(TestContext.CancellationToken);

        CollectionAssert.AreEqual(new[] { "redis" }, samples.Servers.ToArray());
        Assert.HasCount(1, run.Failures);
        StringAssert.StartsWith(run.Failures.Single(), "broken does not start: broken ended at once", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task A_cancelled_run_ends_its_servers_and_keeps_what_it_has()
    {
        using CancellationTokenSource cancel = new();
        Steps steps = new() { At = 4, Then = cancel.Cancel };
        CompareRun run = new(Options, [Redis("one"), Redis("two")], CoreLayout.Free, new OwnLoad(), steps);

        SampleSet samples = await run.RunAsync(cancel.Token);

        Assert.HasCount(1, samples.All);
        CollectionAssert.AreEqual(new[] { "the run was cancelled" }, run.Failures.ToArray());
    }

    [TestMethod]
    public async Task A_server_has_a_folder_of_its_own_and_leaves_nothing()
    {
        int port;
        await using (ServerProcess server = await ServerProcess.StartAsync(Redis("redis"), CoreLayout.Free, TestContext.CancellationToken))
        {
            port = server.Port;
            Assert.IsGreaterThan(0, server.ResidentBytes);
            Dictionary<string, string> info = await ServerInfo.ReadAsync(port, TestContext.CancellationToken);
            Assert.AreEqual(info["tcp_port"], $"{port}");

            server.Pause();
            while (server.Cpu.State != 'T')
                await Task.Delay(1, TestContext.CancellationToken); // The kernel takes it off the processor when it next looks.
            Task<Dictionary<string, string>> asked = ServerInfo.ReadAsync(port, TestContext.CancellationToken);
            Assert.IsFalse(asked.IsCompleted);
            server.Resume();
            Assert.IsNotEmpty(await asked);
        }

        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => ServerInfo.ReadAsync(port, TestContext.CancellationToken));
    }

    private static ServerLaunch Redis(string name)
        => new(name, Pinned: false, [Peers.RequireProgram("redis-server"), "--port", "{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);

    private sealed class OwnLoad : ILoadGenerator
    {
        public string Name => "in process";

        public Task<LoadResult> RunAsync(LoadJob job, CancellationToken cancellation)
            => Task.Run(() => LoadRun.Run(job, seed: 1, TimeProvider.System, cancellation), cancellation);
    }

    private sealed class Steps : IProgressSink
    {
        public int Announced { get; private set; }

        public int Begun { get; private set; }

        public int At { get; init; } = -1;

        public Action Then { get; init; } = () => { };

        public void Announce(int steps) => Announced = steps;

        public void Step(string what)
        {
            if (++Begun == At)
                Then();
        }
    }
}
