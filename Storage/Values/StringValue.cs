using System.Buffers.Binary;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>Strings in records: raw bytes, or 8 bytes for what is the decimal form of a 64-bit integer.</summary>
public static class StringValue
{
    private const int IntegerBytes = 8;

    /// <summary>
    /// Stores a value under a key that may exist (found in <paramref name="slot"/>) or not; an expiry of 0 is none. A decimal integer is stored as one.
    /// </summary>
    public static void Store(
        Database database, ReadOnlySpan<byte> key, ulong hash, bool exists, ref Slot slot, ReadOnlySpan<byte> value, long expireAtMs)
    {
        ArgumentNullException.ThrowIfNull(database);
        bool isInteger = IntegerText.TryParse(value, out long number);
        Span<byte> bytes = isInteger
            ? Put(database, key, hash, exists, ref slot, ValueEncoding.Integer, IntegerBytes, expireAtMs)
            : Put(database, key, hash, exists, ref slot, ValueEncoding.Raw, value.Length, expireAtMs);
        if (isInteger)
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        else
            value.CopyTo(bytes);
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
        if (database.Table.Encoding(slot) == ValueEncoding.Integer)
        {
            number = BinaryPrimitives.ReadInt64LittleEndian(value);
            return true;
        }

        return IntegerText.TryParse(value, out number);
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
        return database.Table.Encoding(slot) == ValueEncoding.Integer
            ? IntegerText.LengthOf(BinaryPrimitives.ReadInt64LittleEndian(value))
            : value.Length;
    }

    /// <summary>Makes an existing string raw bytes, at least <paramref name="lengthMin"/> long (zeros behind its end), for edits in place; key and expiry stay.</summary>
    public static Span<byte> OpenRaw(Database database, scoped ref Slot slot, int lengthMin)
    {
        ArgumentNullException.ThrowIfNull(database);
        Span<byte> bytes = database.Table.Value(slot);
        int length = bytes.Length;
        if (database.Table.Encoding(slot) == ValueEncoding.Integer)
        {
            Span<byte> scratch = stackalloc byte[IntegerText.BytesMax];
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

    private static Span<byte> Put(
        Database database, ReadOnlySpan<byte> key, ulong hash, bool exists, scoped ref Slot slot, ValueEncoding encoding, int length, long expireAtMs)
    {
        if (exists)
            return database.PutBytes(ref slot, ValueKind.String, encoding, length, expireAtMs);
        slot = database.Create(key, hash, ValueKind.String, encoding, length, expireAtMs);
        return database.Table.Value(slot);
    }
}
