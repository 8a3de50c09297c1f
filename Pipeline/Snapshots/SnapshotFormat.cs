namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>The kinds of snapshot files.</summary>
public enum SnapshotFormat
{
    /// <summary>One file, Redis's.</summary>
    Rdb,

    /// <summary>Ours: a file of each shard and a manifest.</summary>
    Df,
}
