using System.Buffers.Binary;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// Redis 7's listpack: length of all in 4 bytes, count of elements in 2 (65535 = not known), elements, 255. An element is a first byte that tells its form,
/// its bytes, and how long both are, in base 128 with the highest group first, so that it reads backwards. Here elements are written, and read from packs
/// that are known to be whole; what comes from outside is looked at by Formats first.
/// </summary>
internal static class Listpack
{
    /// <summary>Bytes before the first element.</summary>
    public const int HeaderBytes = sizeof(uint) + sizeof(ushort);

    /// <summary>The count that says that there may be more elements.</summary>
    public const int CountUnknown = ushort.MaxValue;

    /// <summary>The byte behind the last element.</summary>
    public const byte End = 0xFF;

    /// <summary>Most bytes of an element that is a number.</summary>
    public const int NumberBytesMax = 10;

    private const int TextOverheadMax = 10;

    /// <summary>Most bytes of an element that is a text of this length.</summary>
    public static int TextBytesMax(int length) => length + TextOverheadMax;

    /// <summary>Writes the header of a pack.</summary>
    public static void WriteHeader(Span<byte> pack, int length, int count)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(pack, (uint)length);
        BinaryPrimitives.WriteUInt16LittleEndian(pack[sizeof(uint)..], (ushort)Math.Min(count, CountUnknown));
    }

    /// <summary>Elements according to the header.</summary>
    public static int Count(ReadOnlySpan<byte> pack) => BinaryPrimitives.ReadUInt16LittleEndian(pack[sizeof(uint)..]);

    /// <summary>Writes an element, a decimal integer as a number; the position behind it.</summary>
    public static int Write(Span<byte> pack, int at, ReadOnlySpan<byte> element)
        => IntegerText.TryParse(element, out long number) ? Write(pack, at, number) : WriteText(pack, at, element);

    /// <summary>Writes a number; the position behind it.</summary>
    public static int Write(Span<byte> pack, int at, long number)
    {
        int end = at;
        switch (number)
        {
            case >= 0 and <= 127:
                pack[end++] = (byte)number;
                break;
            case >= -4096 and <= 4095:
                pack[end++] = (byte)(0xC0 | ((number >> 8) & 0x1F));
                pack[end++] = (byte)number;
                break;
            case >= short.MinValue and <= short.MaxValue:
                end = WriteWide(pack, end, 0xF1, sizeof(short), number);
                break;
            case >= -(1 << 23) and < 1 << 23:
                end = WriteWide(pack, end, 0xF2, 3, number);
                break;
            case >= int.MinValue and <= int.MaxValue:
                end = WriteWide(pack, end, 0xF3, sizeof(int), number);
                break;
            default:
                end = WriteWide(pack, end, 0xF4, sizeof(long), number);
                break;
        }

        return WriteTrailer(pack, end, end - at);
    }

    /// <summary>Bytes of a number as an element.</summary>
    public static int NumberBytes(long number) => number switch
    {
        >= 0 and <= 127 => 2,
        >= -4096 and <= 4095 => 3,
        >= short.MinValue and <= short.MaxValue => 4,
        >= -(1 << 23) and < 1 << 23 => 5,
        >= int.MinValue and <= int.MaxValue => 6,
        _ => NumberBytesMax,
    };

    /// <summary>Bytes of the trailer of an element of this length; 16383 takes three, as Redis writes it.</summary>
    public static int TrailerBytes(int length) => length switch
    {
        <= 127 => 1,
        < 16383 => 2,
        < 2097151 => 3,
        < 268435455 => 4,
        _ => 5,
    };

    /// <summary>The element at a position.</summary>
    public static ListpackElement Read(ReadOnlySpan<byte> pack, int at)
    {
        byte first = pack[at];
        return first switch
        {
            < 0x80 => new ListpackElement(first),
            < 0xC0 => new ListpackElement(pack.Slice(at + 1, first & 0x3F)),
            < 0xE0 => new ListpackElement(((((first & 0x1F) << 8) | pack[at + 1]) << 19) >> 19),
            < 0xF0 => new ListpackElement(pack.Slice(at + 2, ((first & 0x0F) << 8) | pack[at + 1])),
            0xF0 => new ListpackElement(pack.Slice(at + 5, BinaryPrimitives.ReadInt32LittleEndian(pack[(at + 1)..]))),
            0xF1 => new ListpackElement(ReadWide(pack.Slice(at + 1, sizeof(short)))),
            0xF2 => new ListpackElement(ReadWide(pack.Slice(at + 1, 3))),
            0xF3 => new ListpackElement(ReadWide(pack.Slice(at + 1, sizeof(int)))),
            _ => new ListpackElement(ReadWide(pack.Slice(at + 1, sizeof(long)))),
        };
    }

    /// <summary>The position behind an element.</summary>
    public static int Next(ReadOnlySpan<byte> pack, int at)
    {
        byte first = pack[at];
        int length = first switch
        {
            < 0x80 => 1,
            < 0xC0 => 1 + (first & 0x3F),
            < 0xE0 => 2,
            < 0xF0 => 2 + (((first & 0x0F) << 8) | pack[at + 1]),
            0xF0 => 5 + BinaryPrimitives.ReadInt32LittleEndian(pack[(at + 1)..]),
            0xF1 => 3,
            0xF2 => 4,
            0xF3 => 5,
            _ => 9,
        };
        return at + length + TrailerBytes(length);
    }

    /// <summary>The position of the element before a position.</summary>
    public static int Previous(ReadOnlySpan<byte> pack, int at)
    {
        int length = 0;
        int bytes = 0;
        byte group;
        do
        {
            group = pack[at - 1 - bytes];
            length |= (group & 0x7F) << (7 * bytes++);
        }
        while (group >= 0x80);
        return at - bytes - length;
    }

    private static long ReadWide(ReadOnlySpan<byte> bytes)
    {
        long value = (sbyte)bytes[^1];
        for (int i = bytes.Length - 2; i >= 0; i--)
            value = (value << 8) | bytes[i];
        return value;
    }

    private static int WriteText(Span<byte> pack, int at, ReadOnlySpan<byte> text)
    {
        int end = at;
        if (text.Length < 1 << 6)
        {
            pack[end++] = (byte)(0x80 | text.Length);
        }
        else if (text.Length < 1 << 12)
        {
            pack[end++] = (byte)(0xE0 | (text.Length >> 8));
            pack[end++] = (byte)text.Length;
        }
        else
        {
            end = WriteWide(pack, end, 0xF0, sizeof(uint), text.Length);
        }

        text.CopyTo(pack[end..]);
        end += text.Length;
        return WriteTrailer(pack, end, end - at);
    }

    private static int WriteWide(Span<byte> pack, int at, byte form, int width, long number)
    {
        pack[at] = form;
        for (int i = 1; i <= width; i++, number >>= 8)
            pack[at + i] = (byte)number;
        return at + 1 + width;
    }

    private static int WriteTrailer(Span<byte> pack, int at, int length)
    {
        for (int i = TrailerBytes(length) - 1, mark = 0; i >= 0; i--, mark = 0x80)
            pack[at++] = (byte)(((length >> (7 * i)) & 0x7F) | mark);
        return at;
    }
}
