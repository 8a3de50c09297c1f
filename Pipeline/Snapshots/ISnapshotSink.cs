using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>
/// Where a snapshot goes: one branch of its graph. A sink that fails harms itself alone, unless it is essential. Begin - Build - parts - Commit, or at any point
/// Abandon, after which nothing of it is left.
/// </summary>
internal interface ISnapshotSink
{
    /// <summary>Its name in the graph.</summary>
    string Name { get; }

    /// <summary>Whether the snapshot has failed when this has.</summary>
    bool IsEssential { get; }

    /// <summary>Takes what it needs before the cut, outside all shards: files are made here.</summary>
    Task BeginAsync();

    /// <summary>Makes its blocks; returns the target of each shard's branch, in the order of <paramref name="branches"/>.</summary>
    IReadOnlyList<ITargetBlock<SnapshotPart>> Build(FlowScope scope, Stage stage, IReadOnlyList<FanOut<SnapshotPart>> branches);

    /// <summary>All parts have been taken in order: makes what was written visible, whole.</summary>
    Task CommitAsync(SnapshotSummary summary);

    /// <summary>Takes back what was made: called when it has failed, after all its blocks have ended.</summary>
    void Abandon();
}
