// Owner: shared by the branches, who read it; the last to release it gives the memory back. A branch that is lost with parts in it leaves them to the collector.

using DragonflyFlow.Storage.Formats;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>A chunk as it goes to the branches: its records, and the bytes that a file gets of it.</summary>
internal sealed class SnapshotPart(SnapshotChunk chunk, SnapshotBuffer? packed)
{
    private int _users = 1;

    public int Shard => chunk.Shard;

    /// <summary>Whole records in it.</summary>
    public int Count => chunk.Records;

    /// <summary>The records before they were packed.</summary>
    public ReadOnlyMemory<byte> Records => chunk.Bytes;

    /// <summary>Bytes that its source counts it as.</summary>
    public int Weight { get; } = chunk.Weight;

    /// <summary>What a file gets.</summary>
    public ReadOnlyMemory<byte> FileBytes => packed?.WrittenMemory ?? chunk.Bytes;

    /// <summary>So many branches will read it.</summary>
    public void SetUsers(int count) => _users = count;

    /// <summary>A branch has read it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) != 0)
            return;
        chunk.Dispose();
        packed?.Dispose();
    }
}
