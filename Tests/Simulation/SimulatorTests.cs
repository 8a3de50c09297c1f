using System.Text.RegularExpressions;
using DragonflyFlow.Tests.Simulator.Controls;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Simulation;

/// <summary>
/// The simulator, run as a program of its own: its thread pool has one worker, which a test host could not live with. A seed that fails prints the line that
/// replays it.
/// </summary>
[TestClass]
public sealed partial class SimulatorTests
{
    [TestMethod]
    public async Task Seeds_replay_to_the_same_trace_within_a_process_and_between_two()
    {
        string first = (await RunAsync("--seeds", "150", "--repeat", "--hashes")).Succeeded();
        string second = (await RunAsync("--seeds", "150", "--hashes")).Succeeded();

        Assert.Contains("150 of 150 seeds replayed to the same trace hash", first);
        string[] hashes = [.. Hash().Matches(first).Select(match => match.Value)];
        Assert.HasCount(150, hashes);
        CollectionAssert.AreEqual(hashes, Hash().Matches(second).Select(match => match.Value).ToArray());
        Assert.AreEqual(150, hashes.Select(line => line.Split(' ')[1]).Distinct().Count(), "the hash does not tell runs apart");
    }

    [TestMethod]
    public async Task Two_hundred_seeds_are_good()
    {
        string output = (await RunAsync("--seeds", "200", "--first-seed", "1000")).Succeeded();

        Assert.Contains("200 of 200 seeds good", output);
    }

    [TestMethod]
    [DataRow("41407", DisplayName = "the power goes while a connection waits to be accepted")]
    [DataRow("42375", DisplayName = "FLUSHALL comes between a node's load and the look at what it loaded")]
    [DataRow("908490", DisplayName = "a store is killed while one file of a set is refused and another is not done, and nobody is left to look at it")]
    [DataRow("771265", DisplayName = "a node is started again while somebody's attempt to connect to its old process has no answer")]
    public async Task A_seed_that_was_reported_wrongly_is_good(string seed) => (await RunAsync("--seed", seed)).Succeeded();

    [TestMethod]
    public async Task A_run_tells_its_events_when_asked()
    {
        string output = (await RunAsync("--seed", "1", "--trace")).Succeeded();

        Assert.Contains("stage Sessions stopped", output);
        Assert.Contains("hash ", output);
    }

    [TestMethod]
    public async Task Every_fault_put_in_on_purpose_is_found()
    {
        string output = (await RunAsync("--controls")).Succeeded();

        int controls = ControlList.All.Count;
        Assert.IsGreaterThan(10, controls);
        Assert.Contains($"{controls} of {controls} controls found; 20 of 20 seeds good without one", output);
    }

    [TestMethod]
    public async Task A_failing_seed_shrinks_and_prints_a_line_that_replays_it()
    {
        ProgramRun failing = await RunAsync("--seed", "1", "--control", "task-forgotten", "--shrink");

        Assert.AreEqual(1, failing.ExitCode, failing.Output);
        Match line = ReplayLine().Match(failing.Output);
        Assert.IsTrue(line.Success, failing.Output);
        string only = line.Groups["only"].Value;
        Assert.Contains("=1x1", only, failing.Output);
        ProgramRun again = await RunAsync("--seed", "1", "--only", only, "--control", "task-forgotten");
        Assert.AreEqual(1, again.ExitCode);
        Assert.Contains("Unobserved: InvalidOperationException: forgotten on purpose", again.Output);
    }

    [TestMethod]
    public async Task A_wrong_order_of_the_stop_touches_freed_memory_and_is_counted()
    {
        ProgramRun run = await RunAsync("--seeds", "100", "--control", "downstream-first");

        Assert.AreEqual(1, run.ExitCode);
        Assert.Contains("Touched: 1 uses of freed memory", run.Output);
        Assert.Contains("replay: dotnet run -c Release --project Tests/Simulator -- --seed", run.Output);
    }

    private static Task<ProgramRun> RunAsync(params string[] arguments) =>
        ProgramRun.ToEndAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "DragonflyFlow.Tests.Simulator.dll"), .. arguments]);

    [GeneratedRegex("(?m)^[0-9]+ [0-9a-f]{16}$")]
    private static partial Regex Hash();

    [GeneratedRegex("replay: .* --seed 1 --only \"(?<only>[^\"]+)\" --control task-forgotten")]
    private static partial Regex ReplayLine();
}
