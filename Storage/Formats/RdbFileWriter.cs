// Owner: whoever holds the buffer that it writes into; one at a time.

using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Writes the parts of an RDB file (version 10, that of Redis 7.0) as chunks in a buffer. Parts are put one behind the other by somebody else, who also keeps
/// the checksum: header, functions, chunks of records in any order, end. A chunk says itself which database its records are in. Nothing is compressed here: long
/// strings are marked, if there is who keeps the marks, for <see cref="RdbCompressor"/>.
/// </summary>
public sealed class RdbFileWriter : IDisposable
{
    /// <summary>The version that is written.</summary>
    public const int Version = DumpPayload.Version;

    private const int NoDatabase = -1;
    private const int ExpiryBytes = 1 + sizeof(long);

    private readonly SnapshotBuffer _buffer;
    private readonly StringMarks? _strings;
    private readonly RdbWriter _writer;
    private int _database = NoDatabase;

    /// <summary>Writes behind what is in the buffer, and marks the long strings of records.</summary>
    public RdbFileWriter(SnapshotBuffer buffer, StringMarks? strings = null)
    {
        _buffer = buffer;
        _strings = strings;
        _writer = new RdbWriter(buffer, strings);
    }

    /// <summary>Writes what a file begins with.</summary>
    public void Header(RdbFileHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        _writer.WriteRaw(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"REDIS{Version:D4}")));
        Aux("redis-ver"u8, Encoding.ASCII.GetBytes(header.RedisVersion));
        Aux("redis-bits"u8, "64"u8);
        Aux("ctime"u8, Encoding.ASCII.GetBytes(header.CreatedSeconds.ToString(CultureInfo.InvariantCulture)));
        Aux("used-mem"u8, Encoding.ASCII.GetBytes(header.MemoryBytes.ToString(CultureInfo.InvariantCulture)));
        Aux("aof-base"u8, header.IsAofBase ? "1"u8 : "0"u8);
    }

    /// <summary>Writes a name and a text about the file; readers pass over names that they do not know.</summary>
    public void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        _writer.WriteByte((byte)RdbOpcode.Aux);
        _writer.WriteString(name);
        _writer.WriteString(text);
    }

    /// <summary>Writes the source of a library of functions.</summary>
    public void Function(ReadOnlySpan<byte> code)
    {
        _writer.WriteByte((byte)RdbOpcode.Function);
        _writer.WriteString(code);
    }

    /// <summary>Writes which database the records that follow are in. <see cref="TryRecord(Database, int, Slot)"/> does it by itself.</summary>
    public void SelectDatabase(int database)
    {
        _writer.WriteByte((byte)RdbOpcode.SelectDatabase);
        _writer.WriteLength(database);
        _database = database;
    }

    /// <summary>Writes how many keys the selected database has, and how many of them expire: advice for who reads.</summary>
    public void Resize(long keys, long expiringKeys)
    {
        _writer.WriteByte((byte)RdbOpcode.Resize);
        _writer.WriteLength(keys);
        _writer.WriteLength(expiringKeys);
    }

    /// <summary>The buffer has been handed on and begins anew: the next record says again which database it is in.</summary>
    public void BeginChunk() => _database = NoDatabase;

    /// <summary>Writes a key with its value and expiry; false, and nothing is written, if its type has no form or it is too big for the buffer.</summary>
    public bool TryRecord(Database database, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(database);
        return TryRecord(database, database.Index, slot);
    }

    /// <summary>The same under another number of the database: that which it had when the snapshot was cut.</summary>
    public bool TryRecord(Database database, int number, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(database);
        int start = _buffer.Length;
        int selected = _database;
        try
        {
            if (number != _database)
                SelectDatabase(number);
            if (ValueEncoder.TryTypeOf(database, slot, out RdbType type))
            {
                Record(database, slot, type, _writer);
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

    /// <summary>
    /// Writes those records of a bucket that are strings, not big, and do not expire before <paramref name="aliveAtMs"/> (Unix milliseconds), and leaves them out of what is
    /// left; how many they were.
    /// </summary>
    public int WriteStrings(Database database, int number, ref BucketSlots left, long aliveAtMs)
    {
        ArgumentNullException.ThrowIfNull(database);
        int start = _buffer.Length;
        int selected = _database;
        try
        {
            if (number != _database)
                SelectDatabase(number);
            return RdbStrings.Write(database.Table, ref left, aliveAtMs, _buffer, _strings);
        }
        catch (SnapshotBufferFullException)
        {
            // One at a time they may have room.
            _buffer.Truncate(start);
            _database = selected;
            return 0;
        }
    }

    /// <summary>Writes a big record a step at a time; the buffer is whole again behind the last.</summary>
    /// <exception cref="SnapshotBufferFullException">It is too big for the buffer, which is good for nothing then.</exception>
    public IEnumerable<bool> Pieces(BigValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Number != _database)
            SelectDatabase(value.Number);
        Head(value.ExpireAtMs, value.Type, value.Key, _writer);
        return value.Container is { } container ? ValuePieces.Of(container, _writer) : TextPieces(value);
    }

    /// <summary>Writes the end, given the checksum of all bytes before it.</summary>
    public void End(ulong checksumBefore)
    {
        ReadOnlySpan<byte> mark = [(byte)RdbOpcode.End];
        _writer.WriteRaw(mark);
        _writer.WriteInt64((long)Crc64.Append(checksumBefore, mark));
    }

    /// <summary>Gives borrowed buffers back; the buffer that was written into belongs to somebody else.</summary>
    public void Dispose() => _writer.Dispose();

    private IEnumerable<bool> TextPieces(BigValue value)
    {
        int start = _buffer.Length;
        int length = value.Text.Length;
        foreach (bool step in ValuePieces.OfText(value, _writer))
            yield return step;
        _strings?.AddLast(_buffer.Length - start, length);
    }

    /// <summary>Writes expiry, type, key and value.</summary>
    internal static void Record(Database database, Slot slot, RdbType type, RdbWriter writer)
    {
        Head(database.Table.ExpireAtMs(slot), type, database.Table.Key(slot), writer);
        ValueEncoder.Encode(database, slot, type, writer);
    }

    /// <summary>Writes what stands before a value.</summary>
    private static void Head(long expireAtMs, RdbType type, ReadOnlySpan<byte> key, RdbWriter writer)
    {
        Span<byte> expiry = stackalloc byte[ExpiryBytes];
        writer.WriteRaw(expiry[..PutExpiry(expiry, expireAtMs)]);
        writer.WriteByte((byte)type);
        writer.WriteString(key);
    }

    /// <summary>Puts what stands before a record that expires; how many bytes that were.</summary>
    internal static int PutExpiry(Span<byte> into, long expireAtMs)
    {
        if (expireAtMs == 0)
            return 0;
        into[0] = (byte)RdbOpcode.ExpireMs;
        BinaryPrimitives.WriteInt64LittleEndian(into[1..], expireAtMs);
        return ExpiryBytes;
    }
}
