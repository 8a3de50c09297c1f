using System.Globalization;
using DragonflyFlow.Tests.Simulator.Processes;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>What came of the snapshots of runs, so that it can be seen that the runs have had any.</summary>
/// <param name="Machines">Machines with a disk.</param>
/// <param name="Cuts">Cuts.</param>
/// <param name="Published">Snapshots that were published.</param>
/// <param name="Failed">Snapshots that failed or were cancelled.</param>
/// <param name="Loaded">Loads of a whole snapshot.</param>
/// <param name="LoadsEnded">Loads that a stop has ended.</param>
internal sealed record SnapshotCounts(int Machines, int Cuts, int Published, int Failed, int Loaded, int LoadsEnded)
{
    /// <summary>No run yet.</summary>
    public static SnapshotCounts None { get; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>Those of one machine.</summary>
    public static SnapshotCounts Of(SnapshotHistory history, IReadOnlyList<SimProcess> restarted) => new(
        1,
        history.Cuts.Count,
        history.Saves,
        history.Failures.Count,
        restarted.Count(process => process.LoadEnd == LoadEnd.Whole),
        restarted.Count(process => process.LoadEnd == LoadEnd.Ended));

    /// <summary>The sum of two.</summary>
    public static SnapshotCounts operator +(SnapshotCounts a, SnapshotCounts b) => new(
        a.Machines + b.Machines, a.Cuts + b.Cuts, a.Published + b.Published, a.Failed + b.Failed, a.Loaded + b.Loaded, a.LoadsEnded + b.LoadsEnded);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Machines} machines with a disk: {Cuts} cuts, {Published} snapshots published, {Failed} failed or cancelled; {Loaded} loads whole, {LoadsEnded} ended by a stop");
}
