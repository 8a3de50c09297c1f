using System.Buffers.Binary;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>Strings in records: raw bytes, or 8 bytes for what is the decimal form of a 64-bit integer.</summary>
public static class StringValue
{
    private const int IntegerBytes = 8;

    /// <summary>Stores a value under a key that may exist (found in <paramref name="slot"/>) or not; an expiry of 0 is none.</summary>
    public static void Store(
        Database database, ReadOnlySpan<byte> key, ulong hash, bool exists, ref Slot slot, ReadOnlySpan<byte> value, long expireAtMs)
    {
        ArgumentNullException.ThrowIfNull(database);
        bool isInteger = IntegerText.TryParse(value, out long number);
        int length = isInteger ? IntegerBytes : value.Length;
        ValueEncoding encoding = isInteger ? ValueEncoding.Integer : ValueEncoding.Raw;
        Span<byte> bytes;
        if (exists)
        {
            bytes = database.PutBytes(ref slot, ValueKind.String, encoding, length, expireAtMs);
        }
        else
        {
            slot = database.Create(key, hash, ValueKind.String, encoding, length, expireAtMs);
            bytes = database.Table.Value(slot);
        }

        if (isInteger)
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        else
            value.CopyTo(bytes);
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
}
