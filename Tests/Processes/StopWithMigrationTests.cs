using System.Globalization;
using System.Net;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Tests.Processes;

/// <summary>
/// Two built servers between which half of the slots move, under load and with snapshots being made one after the other; one of them, the source or the target, is
/// stopped by SIGTERM at a random moment and started again. Every connection's writes are there, once, with the owner of their slot, and no other key is. In every other
/// stop redis-benchmark, if it is there, keeps the source busy besides.
/// DFLOW_MOVE_STOPS says how many stops, DFLOW_MOVE_STOPS_FIRST which number the first one draws by, DFLOW_MOVE_STOPS_BENCHMARK=1 that redis-benchmark is there in each.
/// </summary>
[TestClass]
public sealed class StopWithMigrationTests
{
    private const string RoundsVariable = "DFLOW_MOVE_STOPS";
    private const string FirstVariable = "DFLOW_MOVE_STOPS_FIRST";
    private const string BenchmarkVariable = "DFLOW_MOVE_STOPS_BENCHMARK";
    private const int DefaultRounds = 6;
    private const int Lanes = 2;
    private const int AliveMsMax = 90;
    private const int BallastKeys = 12_000;
    private const int Samples = 20;

    // Of a connection that waits for each answer, and of those that do not.
    private static readonly int[] Depths = [1, 20];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string _directory = "";
    private int _metMigration;
    private int _metSnapshot;
    private int _sources;
    private int _benchmarks;
    private int _benchmarkEach;
    private int _moved;
    private long _acknowledged;

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public void MakeDirectory() => _directory = Directory.CreateTempSubdirectory("dflow-moves").FullName;

    [TestCleanup]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [TestMethod]
    public async Task Whichever_end_of_a_migration_stops_all_that_was_acknowledged_is_there_and_nothing_twice()
    {
        int rounds = NumberOf(RoundsVariable, DefaultRounds);
        int first = NumberOf(FirstVariable, 1);
        _benchmarkEach = NumberOf(BenchmarkVariable, 0) > 0 ? 1 : 2;
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => RunLaneAsync(lane, first, rounds / Lanes)));
        TestContext.WriteLine(
            $"{rounds / Lanes * Lanes} stops, {_metMigration} of them with a migration under way and {_metSnapshot} with a snapshot, {_sources} of a source, {_benchmarks} under redis-benchmark; {_moved} migrations finished; "
            + $"{_acknowledged} writes acknowledged, and checked after the restart: 0 lost, 0 twice");
        Assert.IsTrue(rounds < 50 || _metMigration > rounds / 2, $"only {_metMigration} stops met a migration");
    }

    private static int NumberOf(string variable, int unlessSet) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : unlessSet;

    private async Task RunLaneAsync(int lane, int first, int rounds)
    {
        await using TwoNodes nodes = new(Path.Combine(_directory, lane.ToString(CultureInfo.InvariantCulture)));
        Random begin = new(lane);
        await Task.WhenAll(nodes.StartAsync(0, begin), nodes.StartAsync(1, begin));
        await nodes.ConfigureAsync(owner: 0, moves: false);
        Assert.AreEqual("OK", (await nodes.Client(0).ExecuteAsync("DEBUG", "POPULATE", BallastKeys.ToString(CultureInfo.InvariantCulture), "ballast", "200").WaitAsync(Patience)).Text);
        MovingSequence[] writers = [.. Depths.SelectMany((depth, number) => new[] { Writer(number, depth, moves: true), Writer(number, depth, moves: false) })];
        await nodes.Client(0).ExecuteAsync("SET", BenchmarkLoad.Key, "0").WaitAsync(Patience);
        int owner = 0;
        for (int round = 0; round < rounds; round++)
        {
            try
            {
                bool withBenchmark = (first + round) % _benchmarkEach == 0 && BenchmarkLoad.IsThere;
                owner = await RoundAsync(new Random(((first + round) * Lanes) + lane), nodes, writers, owner, withBenchmark);
            }
            catch (Exception error)
            {
                throw new AssertFailedException($"lane {lane}, stop {round} of those from {first}: {error.Message}", error);
            }
        }

        Interlocked.Add(ref _acknowledged, writers.Sum(writer => writer.Acknowledged));
    }

    // A writer whose slot is in the half that moves, or in the other.
    private static MovingSequence Writer(int number, int depth, bool moves)
    {
        for (int i = 0; ; i++)
        {
            MovingSequence writer = new(string.Create(CultureInfo.InvariantCulture, $"{number}-{i}"), depth);
            if (writer.Slot < TwoNodes.MovingSlots == moves)
                return writer;
        }
    }

    // From one migration's begin to the state after the stop that came in between; who owns the moving half then.
    private async Task<int> RoundAsync(Random random, TwoNodes nodes, MovingSequence[] writers, int owner, bool withBenchmark)
    {
        int victim = random.Next(2);
        bool isMoving;
        using (BenchmarkLoad? benchmark = withBenchmark ? BenchmarkLoad.Start(nodes.EndPoints[owner]) : null)
            isMoving = await MoveAndStopAsync(random, nodes, writers, owner, victim, benchmark);

        bool hasMoved = await nodes.HasMovedAsync(owner, victim);
        Interlocked.Add(ref _metMigration, isMoving ? 1 : 0);
        Interlocked.Add(ref _sources, victim == owner ? 1 : 0);
        Interlocked.Add(ref _moved, hasMoved ? 1 : 0);
        owner = hasMoved ? 1 - owner : owner;
        await nodes.StartAsync(victim, random);
        await nodes.ConfigureAsync(owner, moves: false);
        await CheckAsync(random, nodes, writers, owner);
        return owner;
    }

    // Until the victim and all writers have come to their ends; whether the slots were on their way when it was told to stop.
    private async Task<bool> MoveAndStopAsync(Random random, TwoNodes nodes, MovingSequence[] writers, int owner, int victim, BenchmarkLoad? benchmark)
    {
        bool isOver = false;
        EndPoint[] endPoints = nodes.EndPoints;
        Task[] running =
        [
            .. writers.Select(writer => writer.RunAsync(endPoints, OwnerOf(writer, owner), new Random(random.Next()), () => Volatile.Read(ref isOver))),
            SavingClient.RunToEndAsync(endPoints[victim]),
        ];
        await Task.Delay(random.Next(10));
        await nodes.ConfigureAsync(owner, moves: true);
        await Task.Delay(random.Next(random.Next(4) == 0 ? AliveMsMax * 4 : AliveMsMax));
        bool isMoving = await nodes.StateAsync(owner, "out") is "CONNECTING" or "SYNC";
        Interlocked.Add(ref _benchmarks, benchmark is { IsRunning: true } ? 1 : 0);
        nodes[victim].Signal("TERM");
        JudgeLog(await nodes.AwaitExitAsync(victim));
        Volatile.Write(ref isOver, true);
        await Task.WhenAll(running);
        return isMoving;
    }

    private static int OwnerOf(MovingSequence writer, int owner) => writer.Slot < TwoNodes.MovingSlots ? owner : 0;

    private static async Task CheckAsync(Random random, TwoNodes nodes, MovingSequence[] writers, int owner)
    {
        foreach (MovingSequence writer in writers)
            await writer.CheckAsync(nodes.Client(OwnerOf(writer, owner)));
        await nodes.HoldAsync(BallastKeys + 1 + writers.Sum(writer => writer.Keys));
        for (int i = 0; i < Samples; i++)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"ballast:{random.Next(BallastKeys)}");
            int node = KeySlot.Of(System.Text.Encoding.ASCII.GetBytes(key)) < TwoNodes.MovingSlots ? owner : 0;
            Assert.AreEqual(200, (await nodes.Client(node).ExecuteAsync("STRLEN", key).WaitAsync(Patience)).Integer, key);
        }
    }

    private void JudgeLog(string log)
    {
        StopLog.IsClean(log, mayTellOfFaults: true);
        if (StopLog.TellsOfSnapshot(log))
            Interlocked.Increment(ref _metSnapshot);
    }
}
