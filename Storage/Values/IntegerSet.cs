using System.Numerics;
using System.Runtime.InteropServices;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// A small set of integers in one run of bytes: the width of all members in bytes (2, 4 or 8, the least that holds the biggest), then the members in
/// ascending order.
/// </summary>
public static class IntegerSet
{
    /// <summary>Bytes before the first member; also the length of an empty set.</summary>
    public const int HeaderBytes = 1;

    /// <summary>Width of an empty set.</summary>
    public const int WidthMin = sizeof(short);

    /// <summary>Bytes of a set of <paramref name="count"/> members of a width.</summary>
    public static int BytesOf(int count, int width) => HeaderBytes + (count * width);

    /// <summary>The least width that holds a value.</summary>
    public static int WidthOf(long value)
        => value == (short)value ? sizeof(short) : value == (int)value ? sizeof(int) : sizeof(long);

    /// <summary>Bytes of a member.</summary>
    public static int Width(ReadOnlySpan<byte> block) => block[0];

    /// <summary>Members.</summary>
    public static int Count(ReadOnlySpan<byte> block) => (block.Length - HeaderBytes) / block[0];

    /// <summary>The member at an index in 0..count-1.</summary>
    public static long At(ReadOnlySpan<byte> block, int index) => block[0] switch
    {
        sizeof(short) => Members<short>(block)[index],
        sizeof(int) => Members<int>(block)[index],
        _ => Members<long>(block)[index],
    };

    /// <summary>Whether a value is there; <paramref name="index"/> is its place, or where it would be.</summary>
    public static bool TryFind(ReadOnlySpan<byte> block, long value, out int index)
    {
        if (WidthOf(value) > block[0])
        {
            index = value < 0 ? 0 : Count(block);
            return false;
        }

        int found = block[0] switch
        {
            sizeof(short) => Members<short>(block).BinarySearch((short)value),
            sizeof(int) => Members<int>(block).BinarySearch((int)value),
            _ => Members<long>(block).BinarySearch(value),
        };
        index = found < 0 ? ~found : found;
        return found >= 0;
    }

    /// <summary>Makes the first <paramref name="count"/> members wider, in a block that is long enough for it.</summary>
    public static void Widen(Span<byte> block, int count, int width)
    {
        // From the end on: what a wider member covers has been read.
        ReadOnlySpan<byte> old = block[..BytesOf(count, block[0])];
        for (int i = count - 1; i >= 0; i--)
            Put(block, width, i, At(old, i));
        block[0] = (byte)width;
    }

    /// <summary>Opens a place at an index among <paramref name="count"/> members, in a block that is long enough, and writes a value of its width there.</summary>
    public static void Insert(Span<byte> block, int count, int index, long value)
    {
        int width = block[0];
        ShortMove.Copy(block[BytesOf(index, width)..BytesOf(count, width)], block[BytesOf(index + 1, width)..]);
        Put(block, width, index, value);
    }

    /// <summary>Closes the place at an index; the last member's bytes are left over behind.</summary>
    public static void RemoveAt(Span<byte> block, int index)
    {
        int width = block[0];
        ShortMove.Copy(block[BytesOf(index + 1, width)..], block[BytesOf(index, width)..]);
    }

    /// <summary>Writes a set of these members, which ascend, into a block of the right length.</summary>
    public static void Write(Span<byte> block, ReadOnlySpan<long> members, int width)
    {
        block[0] = (byte)width;
        for (int i = 0; i < members.Length; i++)
            Put(block, width, i, members[i]);
    }

    private static void Put(Span<byte> block, int width, int index, long value)
    {
        switch (width)
        {
            case sizeof(short):
                Members<short>(block)[index] = (short)value;
                break;
            case sizeof(int):
                Members<int>(block)[index] = (int)value;
                break;
            default:
                Members<long>(block)[index] = value;
                break;
        }
    }

    // Records are not aligned to their members; the processors this runs on do not mind.
    private static Span<T> Members<T>(Span<byte> block)
        where T : struct, IBinaryInteger<T>
        => MemoryMarshal.Cast<byte, T>(block[HeaderBytes..]);

    private static ReadOnlySpan<T> Members<T>(ReadOnlySpan<byte> block)
        where T : struct, IBinaryInteger<T>
        => MemoryMarshal.Cast<byte, T>(block[HeaderBytes..]);
}
