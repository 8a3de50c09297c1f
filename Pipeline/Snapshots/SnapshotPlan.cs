using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Snapshots.Modes;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>What a snapshot is to be: its number, form, sinks and limits, and its place in the order of stages.</summary>
internal sealed record SnapshotPlan
{
    /// <summary>Unix milliseconds of its begin, made distinct.</summary>
    public required long Id { get; init; }

    /// <summary>The file that it will be, as messages name it.</summary>
    public required string File { get; init; }

    /// <summary>How records are written.</summary>
    public required ISnapshotForm Form { get; init; }

    /// <summary>Where they go.</summary>
    public required IReadOnlyList<ISnapshotSink> Sinks { get; init; }

    /// <summary>The one of them that finds the digest; null if none is wanted.</summary>
    public DigestSink? Digest { get; init; }

    /// <summary>How fast it may go.</summary>
    public required SnapshotLimits Limits { get; init; }

    /// <summary>Runs of <see cref="SnapshotChunk.BytesUsual"/> that lie ready before the cut.</summary>
    public int RunsAhead { get; init; }

    /// <summary>Which moment it shows, and what it costs.</summary>
    public SnapshotMode Mode { get; init; }

    /// <summary>How long the shards rest where a fork is modelled.</summary>
    public TimeSpan ForkPause { get; init; }

    /// <summary>Whether it is the one made at a stop, whose blocks all belong to a stage of their own.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Its name in the graph, and as the holder of leases.</summary>
    public string Name => $"snapshot-{Id}";

    /// <summary>The stage of its walks.</summary>
    public Stage WalkStage => IsFinal ? Stage.FinalSnapshot : Stage.Walks;

    /// <summary>The stage of its sinks.</summary>
    public Stage SinkStage => IsFinal ? Stage.FinalSnapshot : Stage.Sinks;
}
