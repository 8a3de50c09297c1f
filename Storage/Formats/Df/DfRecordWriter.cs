// Owner: whoever holds the buffer that it writes into; one at a time.

using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using MessagePack;

namespace DragonflyFlow.Storage.Formats.Df;

/// <summary>
/// Writes records as MessagePack arrays of five: database, expiry (Unix milliseconds, 0 = never), marks, key, value. The value is the payload of DUMP without
/// its footer. Frames are made of them elsewhere.
/// </summary>
public sealed class DfRecordWriter(SnapshotBuffer buffer) : IDisposable
{
    /// <summary>Fields of a record.</summary>
    public const int Fields = 5;

    private readonly RdbWriter _writer = new(buffer);

    /// <summary>
    /// Writes a key with its value and expiry, under the number that its database had when the snapshot was cut; false, and nothing is written, if its type has
    /// no form or it is too big for the buffer.
    /// </summary>
    public bool TryRecord(Database database, int number, Slot slot, RecordMarks marks = RecordMarks.None)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (!ValueEncoder.TryTypeOf(database, slot, out RdbType type))
            return false;
        int start = buffer.Length;
        bool isWhole = false;
        try
        {
            if (database.Table.IsSticky(slot))
                marks |= RecordMarks.Sticky;
            Head(number, database.Table.ExpireAtMs(slot), marks, database.Table.Key(slot));
            int valueAt = DfBlock.BeginBinary(buffer);
            _writer.WriteByte((byte)type);
            ValueEncoder.Encode(database, slot, type, _writer);
            DfBlock.EndBinary(buffer, valueAt);
            isWhole = true;
        }
        catch (SnapshotBufferFullException)
        {
            return false;
        }
        finally
        {
            if (!isWhole)
                buffer.Truncate(start);
        }

        return true;
    }

    /// <summary>Writes those records of a bucket that are short strings without an expiry or a mark, and leaves them out of what is left; how many they were.</summary>
    public int WriteShortStrings(Database database, int number, ref BucketSlots left)
    {
        ArgumentNullException.ThrowIfNull(database);
        try
        {
            return DfShortStrings.Write(database.Table, number, ref left, buffer);
        }
        catch (SnapshotBufferFullException)
        {
            // One at a time they may have room.
            return 0;
        }
    }

    /// <summary>Writes a big record a step at a time; the buffer is whole again behind the last.</summary>
    /// <exception cref="SnapshotBufferFullException">It is too big for the buffer, which is good for nothing then.</exception>
    public IEnumerable<bool> Pieces(BigValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Head(value.Number, value.ExpireAtMs, value.IsSticky ? RecordMarks.Sticky : RecordMarks.None, value.Key);
        int valueAt = DfBlock.BeginBinary(buffer);
        _writer.WriteByte((byte)value.Type);
        foreach (bool step in value.Container is { } container ? ValuePieces.Of(container, _writer) : ValuePieces.OfText(value, _writer))
            yield return step;
        DfBlock.EndBinary(buffer, valueAt);
    }

    /// <summary>Writes that a key is gone.</summary>
    public void Gone(int number, ReadOnlySpan<byte> key)
    {
        Head(number, 0, RecordMarks.Gone, key);
        DfBlock.EndBinary(buffer, DfBlock.BeginBinary(buffer));
    }

    /// <summary>Gives borrowed buffers back; the buffer that was written into belongs to somebody else.</summary>
    public void Dispose() => _writer.Dispose();

    private void Head(int number, long expireAtMs, RecordMarks marks, ReadOnlySpan<byte> key)
    {
        MessagePackWriter writer = new(buffer);
        writer.WriteArrayHeader(Fields);
        writer.Write(number);
        writer.Write(expireAtMs);
        writer.Write((int)marks);
        writer.Write(key);
        writer.Flush();
    }
}
