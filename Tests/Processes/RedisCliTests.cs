using System.Globalization;
using System.Text;
using DragonflyFlow.Tests.Protocol.Server.Hosting;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes;

/// <summary>redis-cli and redis-benchmark against the built server.</summary>
[TestClass]
public sealed class RedisCliTests
{
    private static ServerUnderTest? _server;

    [ClassInitialize]
    public static void StartServer(TestContext context) => _server = ServerUnderTest.Start();

    [ClassCleanup]
    public static void StopServer() => _server?.Dispose();

    [TestMethod]
    public async Task Commands_are_answered()
    {
        Assert.AreEqual("OK\n", await RunAsync("SET", "cli:key", "a value"));
        Assert.AreEqual("a value\n", await RunAsync("GET", "cli:key"));
        Assert.AreEqual("3\n", await RunAsync("RPUSH", "cli:list", "a", "b", "c"));
        StringAssert.Contains(await RunAsync("LPUSH", "cli:key", "x"), "WRONGTYPE");
        StringAssert.Contains(await RunAsync("INFO", "server"), "redis_version:");
    }

    [TestMethod]
    public async Task With_RESP3_maps_are_shown_as_maps()
    {
        await RunAsync("-3", "HSET", "cli:hash", "field", "value");
        Assert.AreEqual("1# \"field\" => \"value\"\n", await RunAsync("-3", "--no-raw", "HGETALL", "cli:hash"));
    }

    [TestMethod]
    public async Task A_pipe_loads_thousands_of_commands()
    {
        const int Commands = 5000;
        StringBuilder input = new();
        for (int i = 0; i < Commands; i++)
            input.Append(CultureInfo.InvariantCulture, $"*3\r\n$3\r\nSET\r\n$9\r\npipe:{i:D4}\r\n$4\r\n{i:D4}\r\n");
        string output = await RunAsync(Encoding.ASCII.GetBytes(input.ToString()), "-n", "5", "--pipe");
        StringAssert.Contains(output, $"errors: 0, replies: {Commands}");
        Assert.AreEqual($"{Commands}\n", await RunAsync("-n", "5", "DBSIZE"));
        Assert.AreEqual("4321\n", await RunAsync("-n", "5", "GET", "pipe:4321"));
    }

    [TestMethod]
    public async Task Scans_find_every_key()
    {
        for (int i = 0; i < 3; i++)
            await RunAsync(["-n", "6", "MSET", .. Enumerable.Range(i * 100, 100).SelectMany(n => new[] { $"scan:{n}", "v" })]);
        await RunAsync("-n", "6", "RPUSH", "scan:list", "a", "b");
        string[] keys = (await RunAsync("-n", "6", "--scan", "--pattern", "scan:*")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(301, keys.Distinct());
        string big = await RunAsync("-n", "6", "--bigkeys");
        StringAssert.Contains(big, "Sampled 301 keys in the keyspace!");
        StringAssert.Contains(big, "1 lists with 2 items");
        StringAssert.Contains(await RunAsync("-n", "6", "--memkeys"), "Sampled 301 keys in the keyspace!");
    }

    [TestMethod]
    public async Task Help_comes_from_the_servers_own_docs()
    {
        string help = await RunAsync("help", "GETEX");
        StringAssert.Contains(help, "Returns the string value of a key after setting its expiration time.");
        StringAssert.Contains(help, " 6.2.0");
    }

    [TestMethod]
    public async Task Benchmark_of_redis_runs_without_an_error()
    {
        const string Tests = "get,set,incr,lpush,hset,zadd,mset";
        ProgramRun run = await ProgramRun.ToEndAsync(
            Peers.RequireProgram("redis-benchmark"), ["-p", Port, "-t", Tests, "-n", "2000", "-P", "16", "-c", "10", "-q"]);
        string output = run.Succeeded().ToUpperInvariant();
        foreach (string test in Tests.Split(','))
            StringAssert.Matches(output, new System.Text.RegularExpressions.Regex($"{test.ToUpperInvariant()}[^\r\n]*: [0-9.]+ REQUESTS PER SECOND"));
        Assert.IsFalse((output + run.Errors.ToUpperInvariant()).Contains("ERROR", StringComparison.Ordinal), run.Output + run.Errors);
    }

    [TestMethod]
    public async Task Modes_that_watch_the_server_work()
    {
        string[] latency = (await RunAsync("-i", "0.2", "--latency")).Split(' ');
        Assert.HasCount(4, latency, "min, max, average, samples");
        ProgramRun unanswered = await ProgramRun.ToEndAsync(Peers.RequireProgram("redis-cli"), ["-p", Port, "--hotkeys"]);
        StringAssert.Contains(unanswered.Output + unanswered.Errors, "ERR An LFU maxmemory policy is not selected");
        await RunAsync("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu");
        StringAssert.Contains(await RunAsync("--hotkeys"), "Sampled");
        await RunAsync("CONFIG", "SET", "maxmemory-policy", "noeviction");
        string stat = (await ProgramRun.ToEndAsync(Peers.RequireProgram("timeout"), ["-s", "INT", "1", "stdbuf", "-oL", "redis-cli", "-p", Port, "--stat", "-i", "0.2"])).Output;
        StringAssert.Contains(stat, "keys       mem      clients blocked requests            connections");
    }

    private static string Port => _server!.EndPoint.Port.ToString(CultureInfo.InvariantCulture);

    private static Task<string> RunAsync(params string[] arguments) => RunAsync([], arguments);

    private static async Task<string> RunAsync(byte[] input, params string[] arguments) =>
        (await ProgramRun.ToEndAsync(Peers.RequireProgram("redis-cli"), ["-p", Port, .. arguments], input)).Succeeded();
}
