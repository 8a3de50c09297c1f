using System.Text.RegularExpressions;
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
    public async Task A_run_tells_its_events_when_asked()
    {
        string output = (await RunAsync("--seed", "1", "--trace")).Succeeded();

        Assert.Contains("stage Sessions stopped", output);
        Assert.Contains("hash ", output);
    }

    private static Task<ProgramRun> RunAsync(params string[] arguments) =>
        ProgramRun.ToEndAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "DragonflyFlow.Tests.Simulator.dll"), .. arguments]);

    [GeneratedRegex("(?m)^[0-9]+ [0-9a-f]{16}$")]
    private static partial Regex Hash();
}
