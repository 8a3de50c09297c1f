using System.Buffers;
using System.Buffers.Binary;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Writes the primitives of RDB. Integers up to 32 bits are written as such, as Redis does. Nothing is compressed here: long strings are marked, if there is who
/// keeps the marks, and <see cref="RdbCompressor"/> makes them smaller later, outside the shard. One may be used for many values; dispose it.
/// </summary>
public sealed class RdbWriter : IDisposable
{
    /// <summary>The most bytes that stand before a string's own.</summary>
    public const int LengthBytesMax = 9;

    // "-2147483648"
    internal const int IntegerTextMax = 11;

    private readonly IBufferWriter<byte> _output;
    private readonly StringMarks? _marks;
    private ListpackWriter? _listpack;

    /// <summary>Writes behind what is there.</summary>
    public RdbWriter(IBufferWriter<byte> output) => _output = output;

    /// <summary>Writes behind what is there, and marks the long strings.</summary>
    public RdbWriter(SnapshotBuffer output, StringMarks? marks)
    {
        _output = output;
        _marks = marks;
    }

    /// <summary>Where listpacks are put together before they are written; whoever uses it clears it first.</summary>
    internal ListpackWriter Listpack => _listpack ??= new ListpackWriter();

    /// <summary>Puts a string at the start of <paramref name="into"/>, which has room for it and <see cref="LengthBytesMax"/> more; how many bytes that were.</summary>
    public static int PutString(Span<byte> into, ReadOnlySpan<byte> value)
        => value.Length <= IntegerTextMax && IntegerText.TryParse(value, out long number) && number == (int)number
            ? PutInteger(into, (int)number)
            : PutBytes(into, value);

    /// <summary>Puts a number at the start of <paramref name="into"/> as its decimal form would be put; how many bytes that were.</summary>
    internal static int PutNumber(Span<byte> into, long number)
    {
        if (number == (int)number)
            return PutInteger(into, (int)number);
        into[0] = (byte)IntegerText.LengthOf(number);
        return 1 + IntegerText.Write(number, into[1..]).Length;
    }

    /// <summary>Writes one byte.</summary>
    public void WriteByte(byte value)
    {
        _output.GetSpan(1)[0] = value;
        _output.Advance(1);
    }

    /// <summary>Writes a length or a count in as few bytes as there are forms for; what is negative counts as unsigned.</summary>
    public void WriteLength(long length) => _output.Advance(PutLength(_output.GetSpan(LengthBytesMax), length));

    /// <summary>Writes a string; a short decimal integer as one.</summary>
    public void WriteString(ReadOnlySpan<byte> value)
    {
        if (value.Length <= IntegerTextMax)
            _output.Advance(PutString(_output.GetSpan(LengthBytesMax + IntegerTextMax), value));
        else
            WriteBytes(value);
    }

    /// <summary>Writes a string that is no integer to be shortened.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        int bytes = PutBytes(_output.GetSpan(LengthBytesMax + value.Length), value);
        _output.Advance(bytes);
        _marks?.AddLast(bytes, value.Length);
    }

    /// <summary>Writes bytes without their length.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_output.GetSpan(bytes.Length));
        _output.Advance(bytes.Length);
    }

    /// <summary>Writes 8 bytes, little endian.</summary>
    public void WriteInt64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_output.GetSpan(sizeof(long)), value);
        _output.Advance(sizeof(long));
    }

    /// <summary>Writes 2 bytes, little endian.</summary>
    public void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_output.GetSpan(sizeof(ushort)), value);
        _output.Advance(sizeof(ushort));
    }

    /// <summary>Writes a score of 8 bytes.</summary>
    public void WriteDouble(double value) => WriteInt64(BitConverter.DoubleToInt64Bits(value));

    /// <summary>Gives borrowed buffers back.</summary>
    public void Dispose()
    {
        _listpack?.Dispose();
        _listpack = null;
    }

    private static int PutBytes(Span<byte> into, ReadOnlySpan<byte> value)
    {
        int before = PutLength(into, value.Length);
        value.CopyTo(into[before..]);
        return before + value.Length;
    }

    internal static int PutLength(Span<byte> into, long length)
    {
        switch (length)
        {
            case >= 0 and < 1 << 6:
                into[0] = (byte)length;
                return 1;
            case >= 0 and < 1 << 14:
                BinaryPrimitives.WriteUInt16BigEndian(into, (ushort)(0x4000 | length));
                return sizeof(ushort);
            case >= 0 and <= uint.MaxValue:
                into[0] = RdbLength.Wide;
                BinaryPrimitives.WriteUInt32BigEndian(into[1..], (uint)length);
                return 1 + sizeof(uint);
            default:
                into[0] = RdbLength.Widest;
                BinaryPrimitives.WriteInt64BigEndian(into[1..], length);
                return LengthBytesMax;
        }
    }

    private static int PutInteger(Span<byte> into, int value)
    {
        (RdbStringEncoding encoding, int width) = value == (sbyte)value ? (RdbStringEncoding.Int8, sizeof(sbyte))
            : value == (short)value ? (RdbStringEncoding.Int16, sizeof(short))
            : (RdbStringEncoding.Int32, sizeof(int));
        into[0] = (byte)(RdbLength.Encoding | (byte)encoding);
        LittleEndian.Write(into.Slice(1, width), value);
        return 1 + width;
    }
}
