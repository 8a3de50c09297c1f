using System.Runtime.CompilerServices;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// The layout of a record: flags with the kind (1 byte), encoding (1), key length (1), value length (1), expiry (8, only if set), key, value. Lengths above 255 make it wide: key length (2), value length (4),
/// and the key's again (8, behind the expiry) if it does not fit in 2 bytes. 16 bytes of key and 28 of value make 48.
/// </summary>
internal static unsafe class Record
{
    public const int KindMask = 0x0F;
    public const byte HasExpiry = 0x10;
    public const byte HasLongKey = 0x20;
    public const byte Sticky = 0x40;
    private const byte IsWide = 0x80;
    private const int ShapeMask = HasExpiry | HasLongKey | IsWide;
    private const int HeaderBytes = 4;
    private const int LongKeyMark = 0xFFFF;

    /// <summary>Bytes of a record.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than a block can have.</exception>
    public static int Size(int keyLength, int valueLength, bool hasExpiry)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(valueLength);
        long size = (long)KeyOffset(ShapeOf(keyLength, valueLength, hasExpiry)) + keyLength + valueLength;
        if (size > SizeClass.BlockBytesMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(valueLength), valueLength, $"a record of {size} bytes is bigger than a block can be");
        }

        return (int)size;
    }

    public static int SizeOf(byte* record) => KeyOffset(Flags(record)) + KeyLength(record) + ValueLength(record);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte Flags(byte* record) => ref record[0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte Encoding(byte* record) => ref record[1];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ValueLength(byte* record) => (record[0] & IsWide) == 0 ? record[3] : *(int*)(record + HeaderBytes);

    /// <summary>The expiry of a record that has one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref long ExpireAtMs(byte* record) => ref *(long*)(record + HeaderBytes + WideBytes(record[0]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int KeyLength(byte* record)
    {
        if ((record[0] & IsWide) == 0)
            return record[2];
        int length = *(ushort*)(record + 2);
        return length != LongKeyMark ? length : LongKeyLength(record);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int KeyOffset(int flags) => HeaderBytes + WideBytes(flags) + ((flags & HasExpiry) >> 1) + ((flags & HasLongKey) >> 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Key(byte* record) => new(record + KeyOffset(record[0]), KeyLength(record));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<byte> Value(byte* record) => new(record + KeyOffset(record[0]) + KeyLength(record), ValueLength(record));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasKey(byte* record, ReadOnlySpan<byte> key)
        => KeyLength(record) == key.Length && new ReadOnlySpan<byte>(record + KeyOffset(record[0]), key.Length).SequenceEqual(key);

    /// <summary>Whether it would have the same things at the same places with a value of another length, or with an expiry or without.</summary>
    public static bool HasShape(byte* record, int valueLength, bool hasExpiry)
        => ShapeOf(KeyLength(record), valueLength, hasExpiry) == (record[0] & ShapeMask);

    /// <summary>Sets the length of a value with which the record keeps its shape.</summary>
    public static void SetValueLength(byte* record, int valueLength)
    {
        if ((record[0] & IsWide) == 0)
            record[3] = (byte)valueLength;
        else
            *(int*)(record + HeaderBytes) = valueLength;
    }

    /// <summary>Writes everything but the value's bytes.</summary>
    public static void Write(byte* record, ReadOnlySpan<byte> key, ValueKind kind, ValueEncoding encoding, int valueLength, long expireAtMs)
    {
        int flags = ((int)kind & KindMask) | ShapeOf(key.Length, valueLength, expireAtMs != 0);
        WriteHeader(record, flags, (byte)encoding, key.Length, valueLength);
        if (expireAtMs != 0)
            ExpireAtMs(record) = expireAtMs;
        key.CopyTo(new Span<byte>(record + KeyOffset(flags), key.Length));
    }

    /// <summary>
    /// Writes an existing record's header, key and the first bytes of its value in another shape, to another place or over itself. An expiry that it gets is for the caller to fill in.
    /// </summary>
    public static void Reshape(byte* source, byte* target, int valueLength, int valueBytesKept, bool hasExpiry)
    {
        int flags = source[0], keyLength = KeyLength(source);
        byte encoding = source[1];
        int newFlags = (flags & ~ShapeMask) | ShapeOf(keyLength, valueLength, hasExpiry);
        long expireAtMs = (flags & newFlags & HasExpiry) != 0 ? ExpireAtMs(source) : 0;
        Buffer.MemoryCopy(source + KeyOffset(flags), target + KeyOffset(newFlags), int.MaxValue, keyLength + valueBytesKept);
        WriteHeader(target, newFlags, encoding, keyLength, valueLength);
        if (hasExpiry)
            ExpireAtMs(target) = expireAtMs;
    }

    private static void WriteHeader(byte* record, int flags, byte encoding, int keyLength, int valueLength)
    {
        record[0] = (byte)flags;
        record[1] = encoding;
        if ((flags & IsWide) == 0)
        {
            record[2] = (byte)keyLength;
            record[3] = (byte)valueLength;
            return;
        }

        *(ushort*)(record + 2) = (ushort)Math.Min(keyLength, LongKeyMark);
        *(int*)(record + HeaderBytes) = valueLength;
        if ((flags & HasLongKey) != 0)
            *(long*)(record + KeyOffset(flags) - 8) = keyLength;
    }

    // The flags that say where things are.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ShapeOf(int keyLength, int valueLength, bool hasExpiry)
        => ((keyLength | valueLength) > byte.MaxValue ? IsWide : 0) | (hasExpiry ? HasExpiry : 0) | (keyLength >= LongKeyMark ? HasLongKey : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WideBytes(int flags) => (flags & IsWide) >> 5;

    private static int LongKeyLength(byte* record) => (int)*(long*)(record + KeyOffset(record[0]) - 8);
}
