using System.Buffers.Binary;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Reads the primitives of RDB from a span: lengths, strings (plain, integers, LZF), scores. Every read looks first whether its bytes are there and
/// answers false if they are not; nothing is allocated because a length says so. A string is good until the second one after it is read.
/// </summary>
public ref struct RdbReader
{
    /// <summary>Most bytes of one string, as Redis limits them (proto-max-bulk-len).</summary>
    public const int StringBytesMax = 512 * 1024 * 1024;

    private const byte FormMask = RdbLength.Encoding;
    private const byte NotANumber = 253;
    private const byte PositiveInfinity = 254;
    private const byte NegativeInfinity = 255;

    private readonly RdbScratch _scratch;
    private ReadOnlySpan<byte> _rest;

    /// <summary>Reads from the first byte on.</summary>
    public RdbReader(ReadOnlySpan<byte> input, RdbScratch scratch)
    {
        _rest = input;
        _scratch = scratch;
    }

    /// <summary>Whether all has been read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Reads one byte.</summary>
    public bool TryReadByte(out byte value)
    {
        value = 0;
        if (_rest.IsEmpty)
            return false;
        value = _rest[0];
        _rest = _rest[1..];
        return true;
    }

    /// <summary>Reads a length or a count; what it counts may not be there.</summary>
    public bool TryReadLength(out ulong length) => TryReadLength(out length, out bool isEncoding) && !isEncoding;

    /// <summary>Reads a string.</summary>
    public bool TryReadString(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadLength(out ulong length, out bool isEncoding))
            return false;
        if (!isEncoding)
            return TryTake(length, out value);
        return length switch
        {
            (ulong)RdbStringEncoding.Int8 => TryReadInteger(sizeof(sbyte), out value),
            (ulong)RdbStringEncoding.Int16 => TryReadInteger(sizeof(short), out value),
            (ulong)RdbStringEncoding.Int32 => TryReadInteger(sizeof(int), out value),
            (ulong)RdbStringEncoding.Lzf => TryReadCompressed(out value),
            _ => false,
        };
    }

    /// <summary>Reads 8 bytes, little endian.</summary>
    public bool TryReadInt64(out long value)
    {
        bool isThere = TryTake(sizeof(long), out ReadOnlySpan<byte> bytes);
        value = isThere ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;
        return isThere;
    }

    /// <summary>Reads a score of 8 bytes.</summary>
    public bool TryReadDouble(out double value)
    {
        bool isThere = TryReadInt64(out long bits);
        value = BitConverter.Int64BitsToDouble(bits);
        return isThere;
    }

    /// <summary>Reads a score as text behind the length of it in one byte, three values of which stand for what is no digits.</summary>
    public bool TryReadDoubleText(out double value)
    {
        value = 0;
        if (!TryReadByte(out byte length))
            return false;
        value = length switch
        {
            NotANumber => double.NaN,
            PositiveInfinity => double.PositiveInfinity,
            NegativeInfinity => double.NegativeInfinity,
            _ => 0,
        };
        return length >= NotANumber || (TryTake(length, out ReadOnlySpan<byte> text) && ScoreText.TryParse(text, out value));
    }

    /// <summary>Reads so many bytes as they are.</summary>
    public bool TryReadBytes(int count, out ReadOnlySpan<byte> bytes) => TryTake((ulong)count, out bytes);

    private bool TryTake(ulong length, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (length > (ulong)_rest.Length)
            return false;
        bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    // The two highest bits of the first byte: 6 bits here, 14 bits with the next byte, 32 or 64 bits behind, or a string that has another form.
    private bool TryReadLength(out ulong length, out bool isEncoding)
    {
        length = 0;
        isEncoding = false;
        if (!TryReadByte(out byte first))
            return false;
        length = (ulong)first & 0x3F;
        switch (first & FormMask)
        {
            case 0x00:
                return true;
            case 0x40:
                bool isThere = TryReadByte(out byte low);
                length = (length << 8) | low;
                return isThere;
            case FormMask:
                isEncoding = true;
                return true;
            default:
                return first switch
                {
                    RdbLength.Wide => TryReadBigEndian(sizeof(uint), out length),
                    RdbLength.Widest => TryReadBigEndian(sizeof(ulong), out length),
                    _ => false,
                };
        }
    }

    private bool TryReadBigEndian(int width, out ulong value)
    {
        value = 0;
        if (!TryTake((ulong)width, out ReadOnlySpan<byte> bytes))
            return false;
        foreach (byte next in bytes)
            value = (value << 8) | next;
        return true;
    }

    private bool TryReadInteger(int width, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!TryTake((ulong)width, out ReadOnlySpan<byte> bytes))
            return false;
        text = IntegerText.Write(LittleEndian.ReadSigned(bytes), _scratch.Take(IntegerText.BytesMax));
        return true;
    }

    private bool TryReadCompressed(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadLength(out ulong compressed) || !TryReadLength(out ulong length) || !TryTake(compressed, out ReadOnlySpan<byte> input))
            return false;
        if (length > StringBytesMax || length > compressed * Lzf.RatioMax)
            return false;
        Span<byte> output = _scratch.Take((int)length);
        value = output;
        return Lzf.TryDecompress(input, output);
    }
}
