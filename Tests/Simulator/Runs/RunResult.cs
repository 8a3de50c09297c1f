using System.Globalization;
using DragonflyFlow.Tests.Simulator.Nodes;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>What came of one run.</summary>
internal sealed record RunResult(Scenario Scenario, ulong TraceHash, long Steps, long VirtualMs, string Ending, IReadOnlyList<(Wrong Kind, string Text)> Found)
{
    /// <summary>What came of its snapshots.</summary>
    public SnapshotCounts Snapshots { get; init; } = SnapshotCounts.None;

    /// <summary>Whether a process was killed: who was to look at its failed tasks went with it.</summary>
    public bool HasKilledProcess { get; init; }

    /// <summary>What came of its migrations.</summary>
    public MoveCounts Moves { get; init; } = MoveCounts.None;

    public bool IsGood => Found.Count == 0;

    /// <summary>The command that runs it again.</summary>
    public string ReplayLine(string? control)
    {
        string cut = Scenario.CutText();
        string line = string.Create(CultureInfo.InvariantCulture, $"dotnet run -c Release --project Tests/Simulator -- --seed {Scenario.Seed}");
        if (cut.Length > 0)
            line += $" --only \"{cut}\"";
        return control is null ? line : $"{line} --control {control}";
    }
}
