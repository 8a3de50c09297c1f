namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>How records are written in a kind of snapshot file. Without state between calls: all shards use one.</summary>
internal interface ISnapshotForm
{
    /// <summary>An empty chunk for records of a shard.</summary>
    SnapshotChunk Begin(int shard);

    /// <summary>Makes what a file holds of a chunk, outside the shard: compressed, with length and checksum, or as it is.</summary>
    SnapshotPart Pack(SnapshotChunk chunk);
}
