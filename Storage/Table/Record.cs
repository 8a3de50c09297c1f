using System.Runtime.CompilerServices;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// The layout of a record: kind and flags (1 byte), encoding (1), key length (2), value length (4), expiry (8, only if set), key length
/// again (8, only if it does not fit in 2 bytes), key, value. 16 bytes of key and 32 of value make 56.
/// </summary>
internal static unsafe class Record
{
    public const int KindMask = 0x0F;
    public const byte HasExpiry = 0x10;
    public const byte HasLongKey = 0x20;
    public const byte Sticky = 0x40;
    private const int HeaderBytes = 8;
    private const int LongKeyMark = 0xFFFF;

    /// <summary>Bytes of a record.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than a block can have.</exception>
    public static int Size(int keyLength, int valueLength, bool hasExpiry)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(valueLength);
        long size = HeaderBytes + (hasExpiry ? 8L : 0) + (keyLength >= LongKeyMark ? 8 : 0) + keyLength + valueLength;
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
    public static ref int ValueLength(byte* record) => ref *(int*)(record + 4);

    /// <summary>The expiry of a record that has one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref long ExpireAtMs(byte* record) => ref *(long*)(record + HeaderBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int KeyLength(byte* record)
    {
        int length = *(ushort*)(record + 2);
        return length != LongKeyMark ? length : LongKeyLength(record);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int KeyOffset(int flags) => HeaderBytes + ((flags & HasExpiry) >> 1) + ((flags & HasLongKey) >> 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Key(byte* record) => new(record + KeyOffset(record[0]), KeyLength(record));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<byte> Value(byte* record) => new(record + KeyOffset(record[0]) + KeyLength(record), ValueLength(record));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasKey(byte* record, ReadOnlySpan<byte> key)
    {
        int length = *(ushort*)(record + 2);
        if (length != key.Length)
            return length == LongKeyMark && Key(record).SequenceEqual(key);
        return length != LongKeyMark
            ? new ReadOnlySpan<byte>(record + KeyOffset(record[0]), length).SequenceEqual(key)
            : Key(record).SequenceEqual(key);
    }

    /// <summary>Writes everything but the value's bytes.</summary>
    public static void Write(byte* record, ReadOnlySpan<byte> key, ValueKind kind, ValueEncoding encoding, int valueLength, long expireAtMs)
    {
        int flags = ((int)kind & KindMask) | (expireAtMs != 0 ? HasExpiry : 0) | (key.Length >= LongKeyMark ? HasLongKey : 0);
        record[0] = (byte)flags;
        record[1] = (byte)encoding;
        *(ushort*)(record + 2) = (ushort)Math.Min(key.Length, LongKeyMark);
        *(int*)(record + 4) = valueLength;
        if (expireAtMs != 0)
            *(long*)(record + HeaderBytes) = expireAtMs;
        int keyOffset = KeyOffset(flags);
        if (key.Length >= LongKeyMark)
            *(long*)(record + keyOffset - 8) = key.Length;
        key.CopyTo(new Span<byte>(record + keyOffset, key.Length));
    }

    /// <summary>
    /// Writes an existing record's header, key and the first bytes of its value in another shape, to another place or over itself.
    /// </summary>
    public static void Reshape(byte* source, byte* target, int valueLength, int valueBytesKept, bool hasExpiry)
    {
        int flags = source[0];
        int newFlags = (flags & ~HasExpiry) | (hasExpiry ? HasExpiry : 0);
        int keyLength = KeyLength(source), from = KeyOffset(flags), to = KeyOffset(newFlags);
        Buffer.MemoryCopy(source + from, target + to, int.MaxValue, keyLength + valueBytesKept);
        *(long*)target = *(long*)source;
        if ((flags & HasLongKey) != 0)
            *(long*)(target + to - 8) = keyLength;
        target[0] = (byte)newFlags;
        ValueLength(target) = valueLength;
    }

    private static int LongKeyLength(byte* record) => (int)*(long*)(record + KeyOffset(record[0]) - 8);
}
