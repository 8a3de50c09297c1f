using DragonflyFlow.Tests.Simulator.Experiments;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Simulation;

/// <summary>Trials of stops: the store's order shows no violation, wrong orders show those that they must, and each trial replays.</summary>
[TestClass]
public sealed class TrialTests
{
    [TestMethod]
    public async Task Upstream_first_violates_nothing_and_wrong_orders_touch_freed_memory()
    {
        TrialResult[] results = await RunAsync("--streamers", "0,1,16", "--first-seed", "500");

        Assert.HasCount(324, results);
        TrialResult[] right = [.. results.Where(result => result.Trial.Order == "upstream-first")];
        Assert.HasCount(108, right);
        Assert.IsEmpty(right.Where(result => !result.IsGood || result.Outcome != "Clean").Select(result => result.ToCsv()));
        Assert.IsTrue(right.All(result => result.Acknowledged > 0), "a trial without acknowledged writes can lose none");
        Assert.IsTrue(right.Any(result => result.Whole > 0), "no stream came to its end");
        foreach (string order in new[] { "downstream-first", "abrupt" })
        {
            TrialResult[] wrong = [.. results.Where(result => result.Trial.Order == order)];
            Assert.IsTrue(wrong.Any(result => result.Touches > 0), $"{order} touched nothing");
            Assert.IsTrue(wrong.Any(result => result.StreamerTouches > 0), $"under {order} no streamer touched freed memory");
            Assert.IsTrue(wrong.Any(result => result.Lost > 0), $"{order} lost nothing");
            Assert.IsTrue(wrong.Any(result => result.Leaked > 0), $"{order} left nothing");
        }
    }

    [TestMethod]
    public async Task A_trial_replays_in_another_process()
    {
        string[] small = ["--streamers", "4", "--seeds", "1", "--orders", "upstream-first,abrupt"];

        string[] first = [.. (await RunAsync(small)).Select(result => result.ToCsv())];
        string[] second = [.. (await RunAsync(small)).Select(result => result.ToCsv())];
        string[] halves = [.. (await RunAsync([.. small, "--part", "0", "--parts", "2"])).Concat(await RunAsync([.. small, "--part", "1", "--parts", "2"])).Select(result => result.ToCsv())];

        CollectionAssert.AreEqual(first, second);
        CollectionAssert.AreEquivalent(first, halves, "a part of a grid is other trials than the whole");
    }

    [TestMethod]
    public async Task A_wrong_trial_says_so_and_tells_its_events()
    {
        ProgramRun run = await RunRawAsync("--trial", "downstream-first/leased/4/fast/walk/1", "--trace");

        Assert.AreEqual(1, run.ExitCode, run.Output);
        Assert.Contains("stage Memory stopped", run.Output);
    }

    // Each has been reported wrongly once: a reply that came late was taken for that of a later command.
    [TestMethod]
    [DataRow("upstream-first/bare/16/fast/finalise/58")]
    public async Task A_trial_that_was_reported_wrongly_is_good(string name) => Assert.Contains("lost 0", (await RunRawAsync("--trial", name)).Succeeded());

    [TestMethod]
    public void A_trial_is_read_as_it_was_written()
    {
        Trial trial = new("abrupt", "bare", 16, SinkManner.Stalled, StopPhase.BeforeStart, 7);
        double[] stages = [.. Enumerable.Range(0, 13).Select(stage => stage + 0.25)];
        TrialResult result = new(trial, 0xABCDEF, "Stuck", 12.5, stages)
        {
            Drained = 1,
            Refused = 2,
            Abandoned = 3,
            Acknowledged = 4,
            Whole = 5,
            Lost = 6,
            Doubled = 7,
            Touches = 8,
            StreamerTouches = 9,
            Hung = 1,
            Leaked = 11,
            Torn = 12,
            Faulted = 13,
        };

        TrialResult read = TrialResult.Parse(result.ToCsv());

        Assert.AreEqual(result.ToCsv(), read.ToCsv());
        Assert.AreEqual((trial, 0xABCDEFUL, 12.5, 9, 13), (read.Trial, read.TraceHash, read.StopMs, read.StreamerTouches, read.Faulted));
        CollectionAssert.AreEqual(stages, read.StageMs.ToArray());
    }

    [TestMethod]
    [DataRow("abrupt/bare/16/stalled/walk")]
    [DataRow("sideways/bare/16/stalled/walk/1")]
    [DataRow("abrupt/lent/16/stalled/walk/1")]
    [DataRow("abrupt/bare/many/stalled/walk/1")]
    [DataRow("abrupt/bare/16/quick/walk/1")]
    public void What_is_no_trial_is_refused(string name) => Assert.ThrowsExactly<FormatException>(() => Trial.Parse(name));

    private static async Task<TrialResult[]> RunAsync(params string[] arguments)
    {
        string[] lines = (await RunRawAsync(arguments)).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.AreEqual(string.Join(',', TrialResult.Columns), lines[0].TrimEnd());
        return [.. lines.Skip(1).Select(line => TrialResult.Parse(line.TrimEnd()))];
    }

    private static Task<ProgramRun> RunRawAsync(params string[] arguments) =>
        ProgramRun.ToEndAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "DragonflyFlow.Tests.Simulator.dll"), "trials", .. arguments]);
}
