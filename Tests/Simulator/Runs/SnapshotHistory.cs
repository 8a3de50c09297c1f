using System.Globalization;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>A moment that a snapshot is to show: the whole store, and what its clients knew.</summary>
/// <param name="Number">Which of the run's.</param>
/// <param name="State">What the store held.</param>
/// <param name="Marks">Judges a store that shows this moment by what the clients knew then.</param>
internal sealed record Cut(int Number, StoreState State, IReadOnlyList<Action<Oracle, FinalImage>> Marks);

/// <summary>
/// All snapshots of one machine, by whatever process: the cuts, and which was published last. What is loaded later must be that one, or a later one that was
/// whole when the process went.
/// </summary>
internal sealed class SnapshotHistory(SimWorld world) : ISnapshotLog
{
    private readonly List<Cut> _cuts = [];
    private readonly List<string> _failures = [];

    /// <summary>Made with each cut: what the clients know.</summary>
    public Func<IReadOnlyList<Action<Oracle, FinalImage>>> Mark { get; set; } = () => [];

    /// <summary>The cuts, oldest first.</summary>
    public IReadOnlyList<Cut> Cuts => _cuts;

    /// <summary>The cut of the last snapshot that was said to be there; null if none was.</summary>
    public Cut? Published { get; private set; }

    /// <summary>How many were.</summary>
    public int Saves { get; private set; }

    /// <summary>Why snapshots failed.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>A snapshot's cut, in its step.</summary>
    public void NoteCut(StoreEngine engine)
    {
        Cut cut = new(_cuts.Count + 1, StoreState.Read(engine), Mark());
        world.Note(string.Create(CultureInfo.InvariantCulture, $"cut {cut.Number}: {cut.State.Count} keys"));
        _cuts.Add(cut);
    }

    public void Saving(string file, string reason) => world.Note($"saves {file}: {reason}");

    public void SaveProgress(string file, long records, long recordsAtCut)
    {
    }

    public void Saved(string file, long records, long durationMs)
    {
        world.Note($"saved {file}");
        Saves++;
        Published = _cuts[^1];
    }

    public void BranchLost(string file, string reason) => world.Note($"lost a branch of {file}");

    public void SaveFailed(string file, string reason)
    {
        world.Note($"{file} failed: {reason}");
        _failures.Add(reason);
    }

    public void Loading(string file, long bytes) => world.Note($"loads {file}");

    public void LoadProgress(string file, long bytesRead, long bytes, long keys)
    {
    }

    public void Loaded(string file, long keys, long expired, long durationMs) => world.Note(string.Create(CultureInfo.InvariantCulture, $"loaded {file}: {keys} keys, {expired} expired"));
}
