namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>What a snapshot is of: known from the cut on, the counts when all walks have ended.</summary>
/// <param name="Id">Number of the snapshot: Unix milliseconds of its begin, made distinct.</param>
/// <param name="CutMs">Unix milliseconds of the cut.</param>
/// <param name="Shards">Shards that were walked.</param>
/// <param name="Records">Records that were written.</param>
internal sealed record SnapshotSummary(long Id, long CutMs, int Shards, long Records);
