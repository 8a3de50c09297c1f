using System.Globalization;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Tests.Protocol.Server.Hosting;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes;

/// <summary>
/// The built server stopped by SIGTERM at random moments, under load and with snapshots being made one after the other; the next start loads what the stop has
/// saved, and every connection's writes are there. DFLOW_STOP_ROUNDS says how many stops, DFLOW_STOP_FIRST which number the first one draws by.
/// </summary>
[TestClass]
public sealed class StopWithSnapshotTests
{
    private const string RoundsVariable = "DFLOW_STOP_ROUNDS";
    private const string FirstVariable = "DFLOW_STOP_FIRST";
    private const int DefaultRounds = 6;
    private const int Lanes = 2;
    private const int AliveMsMax = 250;
    private const int BallastKeys = 20_000;

    // Of a connection that waits for each answer, and of those that do not.
    private static readonly int[] Depths = [1, 1, 8, 40];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string _directory = "";
    private int _metSnapshot;
    private long _acknowledged;

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public void MakeDirectory() => _directory = Directory.CreateTempSubdirectory("dflow-stops").FullName;

    [TestCleanup]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [TestMethod]
    public async Task After_every_stop_all_that_was_acknowledged_is_there_and_nothing_twice()
    {
        int rounds = NumberOf(RoundsVariable, DefaultRounds);
        int first = NumberOf(FirstVariable, 1);
        int[] stops = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => RunLaneAsync(lane, first, rounds / Lanes)));
        TestContext.WriteLine($"{stops.Sum()} stops, {_metSnapshot} of them with a snapshot under way; {_acknowledged} writes acknowledged, and checked after the restart: 0 lost, 0 twice");
        Assert.IsTrue(rounds < 50 || _metSnapshot > rounds / 10, "the stops did not meet snapshots");
    }

    private static int NumberOf(string variable, int unlessSet) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : unlessSet;

    private async Task<int> RunLaneAsync(int lane, int first, int rounds)
    {
        string directory = Directory.CreateDirectory(Path.Combine(_directory, lane.ToString(CultureInfo.InvariantCulture))).FullName;
        SequenceClient[] clients = [.. Depths.Select((depth, number) => new SequenceClient(number, depth))];
        for (int round = 0; round <= rounds; round++)
        {
            try
            {
                await RoundAsync(new Random(((first + round) * Lanes) + lane), directory, clients, isFirst: round == 0, isLast: round == rounds);
            }
            catch (Exception error)
            {
                throw new AssertFailedException($"lane {lane}, stop {round} of those from {first}: {error.Message}", error);
            }
        }

        Interlocked.Add(ref _acknowledged, clients.Sum(client => client.Acknowledged));
        return rounds;
    }

    // Checks what the stop before has left, then runs until the next one.
    private async Task RoundAsync(Random random, string directory, SequenceClient[] clients, bool isFirst, bool isLast)
    {
        string[] parts = [.. Directory.EnumerateFiles(directory).Select(file => Path.GetFileName(file)).Where(file => file.EndsWith(".tmp", StringComparison.Ordinal))];
        Assert.IsEmpty(parts, "parts of a snapshot were left");
        using ServerUnderTest server = ServerUnderTest.Start(
            "--dir", directory, "--num_shards", random.Next(1, 4).ToString(CultureInfo.InvariantCulture), "--io_engine", EnginesHere.Draw(random));
        await using (RespClient client = await RespClient.ConnectAsync(server.EndPoint))
        {
            if (isFirst)
                Assert.AreEqual("OK", (await client.ExecuteAsync("DEBUG", "POPULATE", BallastKeys.ToString(CultureInfo.InvariantCulture), "ballast", "200").WaitAsync(Patience)).Text);
            foreach (SequenceClient sequence in clients)
                await sequence.CheckAsync(client);
            Assert.AreEqual(BallastKeys, (await client.ExecuteAsync("EVAL", "local n = 0 for _, k in ipairs(redis.call('KEYS', 'ballast:*')) do n = n + 1 end return n", "0").WaitAsync(Patience)).Integer);
        }

        Task[] running = isLast ? [] : [.. clients.Select(client => client.RunToEndAsync(server.EndPoint, new Random(random.Next()))), SavingClient.RunToEndAsync(server.EndPoint)];
        if (!isLast)
            await Task.Delay(random.Next(AliveMsMax));
        server.Signal("TERM");
        await Task.WhenAll(running);
        Assert.AreEqual(0, server.AwaitExit(), string.Join('\n', server.Output));
        JudgeLog(string.Join('\n', [.. server.Output, .. server.Errors]));
    }

    private void JudgeLog(string log)
    {
        StopLog.IsClean(log);
        if (StopLog.TellsOfSnapshot(log))
            Interlocked.Increment(ref _metSnapshot);
    }
}
