namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>How snapshots have fared, for LASTSAVE and INFO. A value that is exchanged as a whole.</summary>
public sealed record SnapshotStatus
{
    /// <summary>Unix milliseconds of the last save that worked; of the start, before there was one.</summary>
    public required long LastSaveMs { get; init; }

    /// <summary>Whether the last one worked.</summary>
    public bool LastIsOk { get; init; } = true;

    /// <summary>Why the last one failed; empty if it worked.</summary>
    public string LastError { get; init; } = "";

    /// <summary>How long the last one took, in milliseconds; -1 before there was one.</summary>
    public long LastDurationMs { get; init; } = -1;

    /// <summary>How long the last one that worked held the shards for its cut, in microseconds.</summary>
    public long LastCutUs { get; init; }

    /// <summary>The most bytes that the last one that worked had in memory beside the data.</summary>
    public long LastPeakBytes { get; init; }

    /// <summary>Records of the last one that worked.</summary>
    public long LastRecords { get; init; }

    /// <summary>Its file.</summary>
    public string LastFile { get; init; } = "";

    /// <summary>Its digest, as DEBUG DIGEST would have shown it at the cut; empty if none was wanted, or its branch was lost.</summary>
    public string LastDigest { get; init; } = "";

    /// <summary>When the last one ended, in Unix milliseconds.</summary>
    public long LastEndMs { get; init; }

    /// <summary>Snapshots that worked since the start.</summary>
    public long Saves { get; init; }
}
