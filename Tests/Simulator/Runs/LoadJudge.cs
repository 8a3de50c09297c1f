using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Tests.Simulator.Processes;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>Holds what a process has loaded against the cuts of its machine: it is one of them as a whole, the one that was published last or a later one.</summary>
internal sealed class LoadJudge(SnapshotHistory history, Oracle oracle)
{
    /// <summary>How the load went; <paramref name="published"/> is the snapshot that was there for it.</summary>
    public void JudgeEnd(SimProcess process, Cut? published)
    {
        oracle.Require(process.LoadEnd != LoadEnd.Refused, Wrong.Lost, $"the snapshot cannot be loaded: {process.LoadProblem}");
        oracle.Require(process.LoadEnd != LoadEnd.Nothing || published is null, Wrong.Lost, $"cut {published?.Number} was saved, and there is nothing to load");
    }

    /// <summary>What was loaded; gives the cuts that it may be, oldest first.</summary>
    public async Task<IReadOnlyList<Cut>> JudgeStateAsync(SimProcess process, Cut? published)
    {
        StoreState? loaded = null;
        await process.Scheduler.Run(() => GlobalWork.RunAsync(process.Engine, () => loaded = StoreState.Read(process.Engine)));
        // It stops, and takes no more work.
        if (loaded is null)
            return [];
        long nowMs = process.Engine.NowMs();
        Cut[] same = [.. history.Cuts.Where(made => made.State.DifferenceFrom(loaded, nowMs) is null)];
        Cut? cut = same.LastOrDefault();
        Cut? nearest = published ?? (history.Cuts.Count == 0 ? null : history.Cuts[^1]);
        oracle.Require(cut is not null, Wrong.Torn, $"what was loaded is the store at no cut; of cut {nearest?.Number} it differs in {nearest?.State.DifferenceFrom(loaded, nowMs)}");
        oracle.Require(cut is null || cut.Number >= (published?.Number ?? 0), Wrong.Lost, $"cut {published?.Number} was saved, and cut {cut?.Number} is loaded");
        return same;
    }
}
