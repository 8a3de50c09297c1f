using System.Buffers;
using System.Buffers.Binary;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Writes the primitives of RDB. Integers up to 32 bits are written as such, as Redis does; if it is told to compress, longer strings that LZF makes smaller
/// are written so. One may be used for many values; dispose it.
/// </summary>
public sealed class RdbWriter : IDisposable
{
    /// <summary>Shorter strings are never compressed, as in Redis.</summary>
    public const int CompressedFrom = 21;

    // "-2147483648"
    private const int IntegerTextMax = 11;
    private const int LengthBytesMax = 9;

    private readonly IBufferWriter<byte> _output;
    private readonly LzfCompressor? _compressor;
    private ListpackWriter? _listpack;

    /// <summary>Writes behind what is there.</summary>
    public RdbWriter(IBufferWriter<byte> output, bool compress = false)
    {
        _output = output;
        _compressor = compress ? new LzfCompressor() : null;
    }

    /// <summary>Where listpacks are put together before they are written; whoever uses it clears it first.</summary>
    internal ListpackWriter Listpack => _listpack ??= new ListpackWriter();

    /// <summary>Writes one byte.</summary>
    public void WriteByte(byte value)
    {
        _output.GetSpan(1)[0] = value;
        _output.Advance(1);
    }

    /// <summary>Writes a length or a count in as few bytes as there are forms for; what is negative counts as unsigned.</summary>
    public void WriteLength(long length)
    {
        Span<byte> bytes = _output.GetSpan(LengthBytesMax);
        switch (length)
        {
            case >= 0 and < 1 << 6:
                bytes[0] = (byte)length;
                _output.Advance(1);
                break;
            case >= 0 and < 1 << 14:
                BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(0x4000 | length));
                _output.Advance(sizeof(ushort));
                break;
            case >= 0 and <= uint.MaxValue:
                bytes[0] = RdbLength.Wide;
                BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], (uint)length);
                _output.Advance(1 + sizeof(uint));
                break;
            default:
                bytes[0] = RdbLength.Widest;
                BinaryPrimitives.WriteInt64BigEndian(bytes[1..], length);
                _output.Advance(LengthBytesMax);
                break;
        }
    }

    /// <summary>Writes a string; a short decimal integer as one.</summary>
    public void WriteString(ReadOnlySpan<byte> value)
    {
        if (value.Length <= IntegerTextMax && IntegerText.TryParse(value, out long number) && number == (int)number)
            WriteInteger((int)number);
        else
            WriteBytes(value);
    }

    /// <summary>Writes a string that is no integer to be shortened.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        if (_compressor is not null && value.Length >= CompressedFrom && _compressor.TryCompress(value, out ReadOnlySpan<byte> compressed))
        {
            WriteByte(RdbLength.Encoding | (byte)RdbStringEncoding.Lzf);
            WriteLength(compressed.Length);
            WriteLength(value.Length);
            WriteRaw(compressed);
            return;
        }

        WriteLength(value.Length);
        WriteRaw(value);
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
        _compressor?.Dispose();
    }

    private void WriteInteger(int value)
    {
        (RdbStringEncoding encoding, int width) = value == (sbyte)value ? (RdbStringEncoding.Int8, sizeof(sbyte))
            : value == (short)value ? (RdbStringEncoding.Int16, sizeof(short))
            : (RdbStringEncoding.Int32, sizeof(int));
        Span<byte> bytes = _output.GetSpan(1 + sizeof(int));
        bytes[0] = (byte)(RdbLength.Encoding | (byte)encoding);
        LittleEndian.Write(bytes.Slice(1, width), value);
        _output.Advance(1 + width);
    }
}
