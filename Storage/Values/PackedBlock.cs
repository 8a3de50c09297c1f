using System.Buffers.Binary;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// A small container in one run of bytes (the part that listpack plays in Redis): u16 entry count, then entries one behind the other. An entry is its
/// length, its bytes, and its length again written backwards, so that the block reads from both ends. Lengths are base-128 numbers, low group first.
/// Positions are byte offsets in the block; <see cref="HeaderBytes"/> is the first entry's, the block's length is the end.
/// </summary>
public static class PackedBlock
{
    /// <summary>Bytes before the first entry; also the length of an empty block.</summary>
    public const int HeaderBytes = 2;

    /// <summary>Most entries of one block.</summary>
    public const int CountMax = ushort.MaxValue;

    /// <summary>Entries in a block.</summary>
    public static int Count(ReadOnlySpan<byte> block) => BinaryPrimitives.ReadUInt16LittleEndian(block);

    /// <summary>Writes the count.</summary>
    public static void SetCount(Span<byte> block, int count) => BinaryPrimitives.WriteUInt16LittleEndian(block, checked((ushort)count));

    /// <summary>Bytes that a value occupies as an entry.</summary>
    public static int EntryBytes(int valueLength) => valueLength + (2 * LengthBytes(valueLength));

    /// <summary>The value of the entry at a position.</summary>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> block, int position)
    {
        int length = ReadLength(block, position, out int header);
        return block.Slice(position + header, length);
    }

    /// <summary>The value of the entry at a position, to be overwritten by as many bytes.</summary>
    public static Span<byte> ReadWritable(Span<byte> block, int position)
    {
        int length = ReadLength(block, position, out int header);
        return block.Slice(position + header, length);
    }

    /// <summary>The position behind the entry at a position.</summary>
    public static int Next(ReadOnlySpan<byte> block, int position)
    {
        int length = ReadLength(block, position, out int header);
        return position + length + (2 * header);
    }

    /// <summary>The position of the entry before a position (the block's length gives the last entry).</summary>
    public static int Previous(ReadOnlySpan<byte> block, int position)
    {
        int length = 0;
        int shift = 0;
        int at = position;
        byte group;
        do
        {
            group = block[--at];
            length |= (group & 0x7F) << shift;
            shift += 7;
        }
        while ((group & 0x80) != 0);
        int header = position - at;
        return at - length - header;
    }

    /// <summary>The position of the entry with a number, from the nearer end; the number must be in 0..count-1.</summary>
    public static int PositionOf(ReadOnlySpan<byte> block, int index)
    {
        int count = Count(block);
        if (index < count / 2)
        {
            int forward = HeaderBytes;
            for (; index > 0; index--)
                forward = Next(block, forward);
            return forward;
        }

        int backward = block.Length;
        for (; index < count; index++)
            backward = Previous(block, backward);
        return backward;
    }

    /// <summary>Writes an entry at a position where there is room for it; the position behind it.</summary>
    public static int Write(Span<byte> block, int position, ReadOnlySpan<byte> value)
    {
        int header = WriteLength(block, position, value.Length);
        value.CopyTo(block[(position + header)..]);
        WriteLengthBackwards(block, position + header + value.Length, value.Length);
        return position + value.Length + (2 * header);
    }

    /// <summary>Position of the first entry equal to a value, looking at every <paramref name="step"/>-th entry from <paramref name="start"/>; -1 if none.</summary>
    public static int Find(ReadOnlySpan<byte> block, ReadOnlySpan<byte> value, int step = 1, int start = HeaderBytes)
    {
        return value.Length is >= sizeof(ulong) and < 0x80 ? FindByEnd(block, value, step, start) : FindAny(block, value, step, start);
    }

    // Entries that differ mostly differ in their last bytes, which are compared at once; the rest of an entry that agrees so far follows.
    private static int FindByEnd(ReadOnlySpan<byte> block, ReadOnlySpan<byte> value, int step, int start)
    {
        ulong end = BinaryPrimitives.ReadUInt64LittleEndian(value[^sizeof(ulong)..]);
        int position = start;
        while (position < block.Length)
        {
            int length = block[position];
            if (length == value.Length && BinaryPrimitives.ReadUInt64LittleEndian(block[(position + 1 + length - sizeof(ulong))..]) == end
                && block.Slice(position + 1, length).SequenceEqual(value))
                return position;
            position = length < 0x80 ? position + length + 2 : Next(block, position);
            for (int i = 1; i < step; i++)
                position = Next(block, position);
        }

        return -1;
    }

    private static int FindAny(ReadOnlySpan<byte> block, ReadOnlySpan<byte> value, int step, int start)
    {
        int position = start;
        while (position < block.Length)
        {
            int length = ReadLength(block, position, out int header);
            if (length == value.Length && block.Slice(position + header, length).SequenceEqual(value))
                return position;
            position += length + (2 * header);
            for (int i = 1; i < step; i++)
                position = Next(block, position);
        }

        return -1;
    }

    private static int LengthBytes(int length)
    {
        int bytes = 1;
        for (; length >= 0x80; length >>= 7)
            bytes++;
        return bytes;
    }

    private static int ReadLength(ReadOnlySpan<byte> block, int position, out int header)
    {
        byte group = block[position];
        header = 1;
        if (group < 0x80)
            return group;
        int length = group & 0x7F;
        int shift = 7;
        do
        {
            group = block[position + header++];
            length |= (group & 0x7F) << shift;
            shift += 7;
        }
        while ((group & 0x80) != 0);
        return length;
    }

    private static int WriteLength(Span<byte> block, int position, int length)
    {
        int header = 0;
        for (; length >= 0x80; length >>= 7)
            block[position + header++] = (byte)(length | 0x80);
        block[position + header++] = (byte)length;
        return header;
    }

    // Read from its end this is the same number, low group first.
    private static void WriteLengthBackwards(Span<byte> block, int position, int length)
    {
        int bytes = LengthBytes(length);
        for (int i = bytes - 1; i >= 0; i--, length >>= 7)
            block[position + i] = (byte)(i == 0 ? length : length | 0x80);
    }
}
