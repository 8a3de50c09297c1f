using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Migration;
using DragonflyFlow.Perf.Statistics;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Perf;

/// <summary>The verb <c>migration</c>: it runs with real nodes of both kinds, and what it measures is judged as its goals say.</summary>
[TestClass]
public sealed class MigrationPerfTests
{
    [TestMethod]
    public async Task The_verb_moves_slots_of_both_kinds_of_nodes_idle_and_under_load()
    {
        Peers.RequireProgram("redis-server");
        Peers.RequireProgram("redis-cli");
        ProgramRun run = await ProgramRun.ToEndAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "DragonflyFlow.Perf.dll"), "migration", "--smoke"], directory: Repository.Root);

        string output = run.Succeeded();
        Assert.Contains("256 of 16384 slots move", output);
        foreach (string pair in (string[])["| ours ", "| redis, pipeline 10 "])
            Assert.HasCount(3, output.Split('\n').Where(line => line.StartsWith(pair, StringComparison.Ordinal)).ToArray(), output);
        foreach (string goal in (string[])["redis's seconds / ours", "writes paused at the source, ms", "longest write, ms", "p99 during / before"])
            Assert.Contains($"| {goal} ", output);
    }

    [TestMethod]
    public async Task A_big_value_of_each_kind_moves_and_the_sources_memory_is_judged()
    {
        ProgramRun run = await ProgramRun.ToEndAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "DragonflyFlow.Perf.dll"), "migration", "--big-value", "3"], directory: Repository.Root);

        string output = run.Succeeded();
        foreach (string kind in (string[])["string", "list", "set", "zset", "hash"])
            Assert.Contains($"| {kind} ", output);
        Assert.Contains("| source's peak RSS / before, big value ", output);
    }

    [TestMethod]
    public void Seconds_are_compared_with_the_faster_reshard_of_the_same_round()
    {
        MigrationSample[] samples = [Sample(1, "ours", 2), Sample(1, "redis, pipeline 10", 30), Sample(1, "redis, pipeline 100", 20), Sample(2, "ours", 1)];

        Verdict verdict = MigrationGoals.Judge(samples).Single(verdict => verdict.Goal.What == "redis's seconds / ours");

        Assert.AreEqual("idle", verdict.Where);
        Assert.AreEqual(10, verdict.Measured.Value);
        Assert.IsTrue(verdict.IsReached);
    }

    [TestMethod]
    public void The_growth_of_p99_is_that_of_our_own_load_alone()
    {
        MigrationSample[] samples = [Sample(1, "ours", 2, growth: 1.6), Sample(2, "ours", 2, growth: 1.4), Sample(3, "ours", 2, growth: 1.7), Sample(1, "redis, pipeline 10", 9, growth: 9)];

        IReadOnlyList<Verdict> verdicts = MigrationGoals.Judge(samples);

        Verdict growth = verdicts.Single(verdict => verdict.Goal.What == "p99 during / before");
        Assert.AreEqual(1.6, growth.Measured.Value, 1e-9);
        Assert.IsFalse(growth.IsReached);
        Assert.IsTrue(verdicts.Single(verdict => verdict.Goal.What == "redis's seconds / ours" && verdict.Where == "half writes").IsReached);
    }

    [TestMethod]
    public void Keys_of_the_moving_slots_are_counted_as_the_nodes_do()
    {
        Assert.AreEqual(1000, KeyRequest.Count(1000, 0, 16384));
        Assert.AreEqual(1000, KeyRequest.Of(1000, 0, 4096).Count() + KeyRequest.Count(1000, 4096, 12288));
        KeyRequest request = new("value");
        request.Take(42);
        Assert.AreEqual("*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000042\r\n$5\r\nvalue\r\n", System.Text.Encoding.ASCII.GetString(request.Bytes));
    }

    [TestMethod]
    public void A_sample_is_one_line_of_its_columns()
    {
        Assert.HasCount(MigrationSample.CsvHeader.Split(',').Length, Sample(1, "ours", 2).ToCsv().Split(','));
        Assert.HasCount(MigrationSample.CsvHeader.Split(',').Length, Sample(1, "ours", 2, growth: 1).ToCsv().Split(','));
    }

    private static MigrationSample Sample(int round, string server, double seconds, double? growth = null)
        => new(round, growth is null ? Scene.Idle : Scene.HalfWrites, server, new Moved(seconds, seconds / 2, 3), new LatencyHistogram(), new LatencyHistogram())
        {
            Before = growth is null ? null : new LoadResult(1000, 1, 1, 1),
            During = growth is { } times ? new LoadResult(900, 1, times, times) : null,
        };
}
