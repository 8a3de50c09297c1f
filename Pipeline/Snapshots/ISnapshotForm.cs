using DragonflyFlow.Storage.Formats;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>Takes a record that was read; good only while it is called.</summary>
internal delegate void RecordTaker(SnapshotRecord record);

/// <summary>How records are written in a kind of snapshot file. Without state between calls: all shards use one.</summary>
internal interface ISnapshotForm
{
    /// <summary>Whether a key may come again, the last record being the one that counts.</summary>
    bool MayRepeat { get; }

    /// <summary>An empty chunk for records of a shard, with room for so many bytes before it has to grow.</summary>
    SnapshotChunk Begin(int shard, int bytes = SnapshotChunk.BytesUsual);

    /// <summary>Makes what a file holds of a chunk, outside the shard: compressed, with length and checksum, or as it is.</summary>
    SnapshotPart Pack(SnapshotChunk chunk);

    /// <summary>Reads the records of a part again.</summary>
    /// <exception cref="InvalidDataException">They are not what the form writes.</exception>
    void Read(SnapshotPart part, RecordTaker take);
}
