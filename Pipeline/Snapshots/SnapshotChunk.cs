// Owner: the shard while it is filled, then the block that has it. Its part gives the memory back when the last branch has read it.

using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>Records of one shard, encoded in its steps, on their way out; some 512 KB, or one record that is bigger.</summary>
internal abstract class SnapshotChunk(int shard, int bytesBorrowed) : IDisposable
{
    /// <summary>Bytes that a chunk of several records borrows.</summary>
    public const int BytesUsual = 512 * 1024;

    /// <summary>Bytes at which a chunk is full: what it borrows, less the longest record that is not put aside and its key.</summary>
    public const int BytesFull = BytesUsual - BigValue.BytesMin - (2 * 1024);

    /// <summary>The least that a chunk counts as while it is on its way: there are never more of them than their bytes allow.</summary>
    public const int WeightMin = 128 * 1024;

    private IEnumerator<bool>? _steps;

    /// <summary>The shard that it comes from.</summary>
    public int Shard => shard;

    /// <summary>Whole records in it.</summary>
    public int Records { get; private set; }

    /// <summary>Bytes in it.</summary>
    public int Length => Buffer.Length;

    /// <summary>Bytes that it counts as while it is on its way.</summary>
    public int Weight => Math.Max(Length, WeightMin);

    /// <summary>The records.</summary>
    public ReadOnlyMemory<byte> Bytes => Buffer.WrittenMemory;

    /// <summary>Where the records are written.</summary>
    protected SnapshotBuffer Buffer { get; } = new(bytesFirst: bytesBorrowed);

    /// <summary>Writes one record, in a step of its shard, under the number that its database had at the cut; false, and nothing is written, if it has no form.</summary>
    public bool TryWrite(Database content, int database, Slot slot)
    {
        if (!TryEncode(content, database, slot))
            return false;
        Records++;
        return true;
    }

    /// <summary>
    /// Writes what the form has a short way for of a bucket's records, but none that expires before <paramref name="aliveAtMs"/> (Unix milliseconds), and leaves that out of
    /// what is left; how many they were.
    /// </summary>
    public int WriteShort(Database content, int database, ref BucketSlots left, long aliveAtMs)
    {
        int written = EncodeShort(content, database, ref left, aliveAtMs);
        Records += written;
        return written;
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

    /// <summary>Begins a big record behind what is there; nothing else may be written before it is whole.</summary>
    public void Begin(BigValue value) => _steps = Steps(value).GetEnumerator();

    /// <summary>Goes on with the big record by at least so many bytes; true when it is whole.</summary>
    /// <exception cref="SnapshotBufferFullException">It is too big for a chunk.</exception>
    public bool GoOn(int bytes)
    {
        int start = Length;
        while (_steps!.MoveNext())
        {
            if (Length - start >= bytes)
                return false;
        }

        _steps.Dispose();
        _steps = null;
        Records++;
        return true;
    }

    /// <summary>Gives its memory back; nobody reads it any more.</summary>
    public virtual void Dispose() => Buffer.Dispose();

    /// <summary>Writes records that there is a short way for, and leaves them out of what is left; how many.</summary>
    protected virtual int EncodeShort(Database content, int database, ref BucketSlots left, long aliveAtMs) => 0;

    /// <summary>Writes the record or nothing.</summary>
    protected abstract bool TryEncode(Database content, int database, Slot slot);

    /// <summary>The steps in which a big record is written.</summary>
    protected abstract IEnumerable<bool> Steps(BigValue value);

    /// <summary>Writes the record as one that may have come before, or nothing.</summary>
    protected virtual bool TryEncodeAgain(Database content, int database, Slot slot) => false;

    /// <summary>Writes that the key is gone, or nothing.</summary>
    protected virtual bool TryEncodeGone(int database, ReadOnlySpan<byte> key) => false;
}
