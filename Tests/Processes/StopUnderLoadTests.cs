using System.Globalization;
using DragonflyFlow.Tests.Protocol.Server.Hosting;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes;

/// <summary>
/// The built server stopped at random moments under load: it ends with exit code 0 and a log without faults, and no command is left without its reply or the
/// end of its connection. DFLOW_STOP_SEED runs one stop; DFLOW_STOPS says how many otherwise.
/// </summary>
[TestClass]
public sealed class StopUnderLoadTests
{
    private const int DefaultStops = 50;
    private const int AtOnce = 2;
    private const int AliveMsMax = 150;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Every_stop_is_clean_and_leaves_no_command_unanswered()
    {
        if (Environment.GetEnvironmentVariable("DFLOW_STOP_SEED") is { Length: > 0 } one)
        {
            TestContext.WriteLine($"{await StopAsync(int.Parse(one, CultureInfo.InvariantCulture))} commands answered");
            return;
        }

        int stops = Environment.GetEnvironmentVariable("DFLOW_STOPS") is { Length: > 0 } count ? int.Parse(count, CultureInfo.InvariantCulture) : DefaultStops;
        int next = 0;
        long answered = 0;
        async Task RunAsync()
        {
            for (int seed; (seed = Interlocked.Increment(ref next)) <= stops;)
                Interlocked.Add(ref answered, await StopAsync(seed));
        }

        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => RunAsync()));
        TestContext.WriteLine($"{stops} stops, {answered} commands answered");
        Assert.IsGreaterThan(stops * 10L, answered, "the stops came under load");
    }

    private static async Task<long> StopAsync(int seed)
    {
        try
        {
            return await StopOnceAsync(new Random(seed));
        }
        catch (Exception error)
        {
            throw new AssertFailedException($"seed {seed}: {error.Message}\nreplay: DFLOW_STOP_SEED={seed} dotnet test Tests --filter FullyQualifiedName~StopUnderLoadTests", error);
        }
    }

    private static async Task<long> StopOnceAsync(Random random)
    {
        string way = random.GetItems(["TERM", "INT", "SHUTDOWN"], 1)[0];
        using ServerUnderTest server = ServerUnderTest.Start("--io_engine", EnginesHere.Draw(random));
        LoadClient[] clients = [.. Enumerable.Range(0, random.Next(2, 6)).Select(i => new LoadClient(server.EndPoint, i, random.Next()))];
        Task<long>[] running = [.. clients.Select(client => client.RunToEndAsync())];
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(AliveMsMax)), TimeProvider.System);

        if (way == "SHUTDOWN")
            await LoadClient.ShutDownAsync(server.EndPoint);
        else
            server.Signal(way);

        long[] answered = await Task.WhenAll(running);
        Assert.AreEqual(0, server.AwaitExit(), $"exit code after {way}:\n{string.Join('\n', server.Output)}");
        AssertLogIsClean(server);
        return answered.Sum();
    }

    private static void AssertLogIsClean(ServerUnderTest server)
    {
        string log = string.Join('\n', [.. server.Output, .. server.Errors]);
        StopLog.IsClean(log);
        string[] stages = [.. server.Output.Where(line => line.Contains(" stage ", StringComparison.Ordinal)).Select(line => line.Split(" stage ")[1].Split(' ')[0])];
        CollectionAssert.AllItemsAreUnique(stages, log);
        CollectionAssert.IsSubsetOf(new[] { "Listener", "Sessions", "Router", "ShardIntake", "ShardExecutors", "Memory" }, stages, log);
    }
}
