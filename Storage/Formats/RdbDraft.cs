// Owner: the shard's step that fills it; then whoever finishes it, once.

using System.Buffers.Binary;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Records on their way to RDB, left in the shape that costs their shard least: a string's record is copied as it lies in memory, and becomes RDB outside the
/// shard (<see cref="RdbFinisher"/>); what is more than one block is written as RDB at once. One after the other: copies, that begin with a record's flags; finished records,
/// behind a mark and their length; the number of the database that follows, behind another mark.
/// </summary>
public sealed class RdbDraft : IDisposable
{
    internal const byte FinishedMark = 0xFF;
    internal const byte DatabaseMark = 0xFE;
    internal const int MarkBytes = 1 + sizeof(int);

    private const int NoDatabase = -1;
    private const int CopyBytes = 16 * 1024;

    private readonly SnapshotBuffer _buffer;
    private readonly StringMarks? _strings;
    private readonly RdbWriter _writer;
    private int _database = NoDatabase;

    /// <summary>Fills an empty buffer; with marks, long strings of finished records can be compressed later.</summary>
    public RdbDraft(SnapshotBuffer buffer, StringMarks? strings)
    {
        _buffer = buffer;
        _strings = strings;
        _writer = new RdbWriter(buffer, strings);
    }

    /// <summary>Adds a record under the number that its database had at the cut; false, and nothing is added, if its type has no form or it is too big for the buffer.</summary>
    public bool TryAdd(Database database, int number, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(database);
        int start = _buffer.Length;
        int selected = _database;
        try
        {
            if (number != _database)
                Select(number);
            if (database.Table.Kind(slot) == ValueKind.String)
            {
                Copy(database.Table.Whole(slot));
                return true;
            }

            if (ValueEncoder.TryTypeOf(database, slot, out RdbType type))
            {
                Finish(database, slot, type);
                return true;
            }
        }
        catch (SnapshotBufferFullException)
        {
            // Cut back below, like what has no form.
        }

        _buffer.Truncate(start);
        _strings?.Truncate(start);
        _database = selected;
        return false;
    }

    /// <summary>Adds a big record a step at a time; the buffer is whole again behind the last.</summary>
    /// <exception cref="SnapshotBufferFullException">It is too big for the buffer, which is good for nothing then.</exception>
    public IEnumerable<bool> Pieces(BigValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Number != _database)
            Select(value.Number);
        return value.Container is null ? CopyPieces(value) : FinishPieces(value, value.Container);
    }

    /// <summary>Gives borrowed buffers back; the one that is filled belongs to somebody else.</summary>
    public void Dispose() => _writer.Dispose();

    private void Copy(ReadOnlySpan<byte> record)
    {
        record.CopyTo(_buffer.GetSpan(record.Length));
        _buffer.Advance(record.Length);
    }

    private IEnumerable<bool> CopyPieces(BigValue value)
    {
        int length = value.Record.Length;
        for (int at = 0; at < length; at += CopyBytes)
        {
            Copy(value.Record[at..Math.Min(at + CopyBytes, length)]);
            yield return true;
        }
    }

    private IEnumerable<bool> FinishPieces(BigValue value, LargeValue container)
    {
        int start = _buffer.Length;
        Mark(FinishedMark, 0);
        RdbFileWriter.Head(value.ExpireAtMs, value.Type, value.Key, _writer);
        foreach (bool step in ValuePieces.Of(container, _writer))
            yield return step;
        PutLength(start);
    }

    private void PutLength(int start)
        => BinaryPrimitives.WriteInt32LittleEndian(_buffer.Written(start + 1, sizeof(int)), _buffer.Length - start - MarkBytes);

    private void Select(int number)
    {
        Mark(DatabaseMark, number);
        _database = number;
    }

    private void Finish(Database database, Slot slot, RdbType type)
    {
        int start = _buffer.Length;
        Mark(FinishedMark, 0);
        RdbFileWriter.Record(database, slot, type, _writer);
        PutLength(start);
    }

    private void Mark(byte mark, int number)
    {
        Span<byte> room = _buffer.GetSpan(MarkBytes);
        room[0] = mark;
        BinaryPrimitives.WriteInt32LittleEndian(room[1..], number);
        _buffer.Advance(MarkBytes);
    }
}
