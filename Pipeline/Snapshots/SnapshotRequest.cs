namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>What is asked for.</summary>
/// <param name="Reason">Who asked, for the log.</param>
/// <param name="Name">The file's name without a directory; null for that of the options.</param>
/// <param name="Format">The kind of file; null for that of the options.</param>
public sealed record SnapshotRequest(string Reason, string? Name = null, SnapshotFormat? Format = null);
