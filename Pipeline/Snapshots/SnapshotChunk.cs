// Owner: the shard while it is filled, then the block that has it. Its part gives the memory back when the last branch has read it.

using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>Records of one shard, encoded in its step, on their way out; some 512 KB, or one record that is bigger.</summary>
internal abstract class SnapshotChunk(int shard) : IDisposable
{
    /// <summary>Bytes at which a chunk is full: what it borrows, less a record that comes last.</summary>
    public const int BytesFull = BytesBorrowed - (8 * 1024);

    private const int BytesBorrowed = 512 * 1024;

    /// <summary>The shard that it comes from.</summary>
    public int Shard => shard;

    /// <summary>Whole records in it.</summary>
    public int Records { get; private set; }

    /// <summary>Bytes in it.</summary>
    public int Length => Buffer.Length;

    /// <summary>The records.</summary>
    public ReadOnlyMemory<byte> Bytes => Buffer.WrittenMemory;

    /// <summary>Where the records are written.</summary>
    protected SnapshotBuffer Buffer { get; } = new(bytesFirst: BytesBorrowed);

    /// <summary>Writes one record, in a step of its shard, under the number that its database had at the cut; false, and nothing is written, if it has no form.</summary>
    public bool TryWrite(Database content, int database, Slot slot)
    {
        if (!TryEncode(content, database, slot))
            return false;
        Records++;
        return true;
    }

    /// <summary>Writes a record of a key that may have come before; false if there is no form for that.</summary>
    public bool TryWriteAgain(Database content, int database, Slot slot)
    {
        if (!TryEncodeAgain(content, database, slot))
            return false;
        Records++;
        return true;
    }

    /// <summary>Writes that a key which may have come before is gone; false if there is no form for that.</summary>
    public bool TryWriteGone(int database, ReadOnlySpan<byte> key)
    {
        if (!TryEncodeGone(database, key))
            return false;
        Records++;
        return true;
    }

    /// <summary>Gives its memory back; nobody reads it any more.</summary>
    public virtual void Dispose() => Buffer.Dispose();

    /// <summary>Writes the record or nothing.</summary>
    protected abstract bool TryEncode(Database content, int database, Slot slot);

    /// <summary>Writes the record as one that may have come before, or nothing.</summary>
    protected virtual bool TryEncodeAgain(Database content, int database, Slot slot) => false;

    /// <summary>Writes that the key is gone, or nothing.</summary>
    protected virtual bool TryEncodeGone(int database, ReadOnlySpan<byte> key) => false;
}
