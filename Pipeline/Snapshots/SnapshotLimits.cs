namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>How fast a snapshot may go and how much of it may be in memory, for each shard.</summary>
internal sealed record SnapshotLimits
{
    // Parts in the fan-out and before a file, and each may be a chunk and what has been packed of it. With half as many a shard met a thousand new pages (1 KB values).
    private const int RunsAtSinks = 12;

    /// <summary>Bytes that have left the shard and are not taken yet, at which the walk rests, and of what changes only the record itself is written.</summary>
    public long RestBytes { get; init; } = 8L * SnapshotChunk.BytesFull;

    /// <summary>Runs of <see cref="SnapshotChunk.BytesUsual"/> that there are at once while the walk decides how many: chunks under way, the one that is filled, and what waits for the sinks.</summary>
    public int RunsUsual => (int)(RestBytes / SnapshotChunk.BytesFull) + 1 + RunsAtSinks;

    /// <summary>Bytes at which the shard's intake rests: what changes is emitted whether the sink is slow or not.</summary>
    public required long PauseBytes { get; init; }

    /// <summary>Chunks that may wait to be packed: more than can be outstanding, so that the shard never meets the bound before its intake rests.</summary>
    public int ChunksMax => (int)(2 * PauseBytes / SnapshotChunk.WeightMin) + 64;

    /// <summary>How long the intake rests in all before the snapshot fails.</summary>
    public TimeSpan StallDeadline { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The share of a busy shard's time that it may take, 0 to 1.</summary>
    public double ShardShare { get; init; }

    /// <summary>How long a sink that does not matter may keep the others waiting before it is lost: less than the intake would rest for it.</summary>
    public TimeSpan OptionalSinkDeadline => StallDeadline / 2;
}
