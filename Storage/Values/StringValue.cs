using System.Buffers.Binary;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>Strings in records: raw bytes, or 8 bytes for what is the decimal form of a 64-bit integer, or for short ASCII text 7 bits a character.</summary>
public static class StringValue
{
    /// <summary>Bytes in which any string that is not kept as raw bytes finds room.</summary>
    public const int ScratchBytes = AsciiText.LengthMax;

    private const int IntegerBytes = 8;

    /// <summary>
    /// Stores a value under a key that may exist (found in <paramref name="slot"/>) or not; an expiry of 0 is none. A decimal integer is stored as one, ASCII text packed.
    /// </summary>
    public static void Store(
        Database database, ReadOnlySpan<byte> key, ulong hash, bool exists, ref Slot slot, ReadOnlySpan<byte> value, long expireAtMs)
    {
        ArgumentNullException.ThrowIfNull(database);
        if (IntegerText.TryParse(value, out long number))
            BinaryPrimitives.WriteInt64LittleEndian(Put(database, key, hash, exists, ref slot, ValueEncoding.Integer, IntegerBytes, expireAtMs), number);
        else if (IsPacked(value))
            AsciiText.Pack(value, Put(database, key, hash, exists, ref slot, ValueEncoding.Ascii, AsciiText.PackedLength(value.Length), expireAtMs));
        else
            value.CopyTo(Put(database, key, hash, exists, ref slot, ValueEncoding.Raw, value.Length, expireAtMs));
    }

    /// <summary>The bytes of a record's string; what is not kept as such is written into <paramref name="scratch"/> (<see cref="ScratchBytes"/>).</summary>
    public static ReadOnlySpan<byte> Bytes(DashTable table, Slot slot, Span<byte> scratch)
    {
        ArgumentNullException.ThrowIfNull(table);
        ReadOnlySpan<byte> value = table.Value(slot);
        switch (table.Encoding(slot))
        {
            case ValueEncoding.Integer:
                return IntegerText.Write(BinaryPrimitives.ReadInt64LittleEndian(value), scratch);
            case ValueEncoding.Ascii:
                scratch = scratch[..AsciiText.LengthOf(value)];
                AsciiText.Unpack(value, scratch);
                return scratch;
            default:
                return value;
        }
    }

    /// <summary>Makes the value raw bytes, undefined and to be filled by the caller, whatever it was; an expiry of 0 is none.</summary>
    public static Span<byte> StoreRaw(Database database, ReadOnlySpan<byte> key, ulong hash, bool exists, scoped ref Slot slot, int length, long expireAtMs)
    {
        ArgumentNullException.ThrowIfNull(database);
        return Put(database, key, hash, exists, ref slot, ValueEncoding.Raw, length, expireAtMs);
    }

    /// <summary>Reads a string as an integer; false if it is none.</summary>
    public static bool TryInteger(Database database, Slot slot, out long number)
    {
        ArgumentNullException.ThrowIfNull(database);
        ReadOnlySpan<byte> value = database.Table.Value(slot);
        switch (database.Table.Encoding(slot))
        {
            case ValueEncoding.Integer:
                number = BinaryPrimitives.ReadInt64LittleEndian(value);
                return true;
            case ValueEncoding.Ascii:
                // It would not have been packed.
                number = 0;
                return false;
            default:
                return IntegerText.TryParse(value, out number);
        }
    }

    /// <summary>Replaces an existing string by an integer; key and expiry stay.</summary>
    public static void StoreInteger(Database database, ref Slot slot, long number)
    {
        ArgumentNullException.ThrowIfNull(database);
        Span<byte> bytes = database.Table.Encoding(slot) == ValueEncoding.Integer
            ? database.Table.Value(slot)
            : database.PutBytes(ref slot, ValueKind.String, ValueEncoding.Integer, IntegerBytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
    }

    /// <summary>Length of a string in bytes.</summary>
    public static int Length(Database database, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(database);
        ReadOnlySpan<byte> value = database.Table.Value(slot);
        return database.Table.Encoding(slot) switch
        {
            ValueEncoding.Integer => IntegerText.LengthOf(BinaryPrimitives.ReadInt64LittleEndian(value)),
            ValueEncoding.Ascii => AsciiText.LengthOf(value),
            _ => value.Length,
        };
    }

    /// <summary>Makes an existing string raw bytes, at least <paramref name="lengthMin"/> long (zeros behind its end), for edits in place; key and expiry stay.</summary>
    public static Span<byte> OpenRaw(Database database, scoped ref Slot slot, int lengthMin)
    {
        ArgumentNullException.ThrowIfNull(database);
        Span<byte> bytes = database.Table.Value(slot);
        int length = bytes.Length;
        if (database.Table.Encoding(slot) != ValueEncoding.Raw)
        {
            Span<byte> scratch = stackalloc byte[ScratchBytes];
            ReadOnlySpan<byte> text = database.StringBytes(slot, scratch);
            length = text.Length;
            bytes = database.PutBytes(ref slot, ValueKind.String, ValueEncoding.Raw, Math.Max(lengthMin, length));
            text.CopyTo(bytes);
        }
        else if (lengthMin > length)
        {
            bytes = database.Table.ResizeValue(ref slot, lengthMin);
        }

        bytes[length..].Clear();
        return bytes;
    }

    /// <summary>Appends to an existing string and returns its new length; key and expiry stay.</summary>
    public static int Append(Database database, ref Slot slot, ReadOnlySpan<byte> tail)
    {
        int length = Length(database, slot);
        Span<byte> bytes = OpenRaw(database, ref slot, length + tail.Length);
        tail.CopyTo(bytes[length..]);
        return bytes.Length;
    }

    // HyperLogLogs are read and changed where they lie.
    private static bool IsPacked(ReadOnlySpan<byte> value) => AsciiText.CanPack(value) && !HyperLogLogBytes.IsValid(value);

    private static Span<byte> Put(
        Database database, ReadOnlySpan<byte> key, ulong hash, bool exists, scoped ref Slot slot, ValueEncoding encoding, int length, long expireAtMs)
    {
        if (exists)
            return database.PutBytes(ref slot, ValueKind.String, encoding, length, expireAtMs);
        slot = database.Create(key, hash, ValueKind.String, encoding, length, expireAtMs);
        return database.Table.Value(slot);
    }
}
