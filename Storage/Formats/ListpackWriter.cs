using System.Buffers;
using System.Buffers.Binary;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>Writes listpacks (<see cref="ListpackReader"/> tells the form) byte for byte as Redis 7 does, one after the other in one borrowed buffer. Dispose it.</summary>
internal sealed class ListpackWriter : IDisposable
{
    private const int ElementHeaderBytesMax = 9;
    private const int TrailerBytesMax = 5;

    private byte[] _pack = ArrayPool<byte>.Shared.Rent(1024);
    private int _length = ListpackReader.HeaderBytes;
    private int _count;

    /// <summary>Adds an element; a decimal integer is written as one.</summary>
    public void Add(ReadOnlySpan<byte> element)
    {
        Reserve(ElementHeaderBytesMax + element.Length + TrailerBytesMax + 1);
        int start = _length;
        if (IntegerText.TryParse(element, out long number))
            WriteNumber(number);
        else
            WriteText(element);
        WriteTrailer(_length - start);
        _count++;
    }

    /// <summary>The listpack; good until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        _pack[_length] = ListpackReader.End;
        BinaryPrimitives.WriteUInt32LittleEndian(_pack, (uint)_length + 1);
        BinaryPrimitives.WriteUInt16LittleEndian(_pack.AsSpan(sizeof(uint)), (ushort)Math.Min(_count, ListpackReader.CountUnknown));
        return _pack.AsSpan(0, _length + 1);
    }

    /// <summary>Begins another listpack.</summary>
    public void Clear()
    {
        _length = ListpackReader.HeaderBytes;
        _count = 0;
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (_pack.Length > 0)
            ArrayPool<byte>.Shared.Return(_pack);
        _pack = [];
    }

    private void WriteNumber(long number)
    {
        switch (number)
        {
            case >= 0 and <= 127:
                _pack[_length++] = (byte)number;
                break;
            case >= -4096 and <= 4095:
                _pack[_length++] = (byte)(0xC0 | ((number >> 8) & 0x1F));
                _pack[_length++] = (byte)number;
                break;
            case >= short.MinValue and <= short.MaxValue:
                WriteWideNumber(0xF1, sizeof(short), number);
                break;
            case >= -(1 << 23) and < 1 << 23:
                WriteWideNumber(0xF2, 3, number);
                break;
            case >= int.MinValue and <= int.MaxValue:
                WriteWideNumber(0xF3, sizeof(int), number);
                break;
            default:
                WriteWideNumber(0xF4, sizeof(long), number);
                break;
        }
    }

    private void WriteWideNumber(byte form, int width, long number)
    {
        _pack[_length++] = form;
        LittleEndian.Write(_pack.AsSpan(_length, width), number);
        _length += width;
    }

    private void WriteText(ReadOnlySpan<byte> text)
    {
        if (text.Length < 1 << 6)
        {
            _pack[_length++] = (byte)(0x80 | text.Length);
        }
        else if (text.Length < 1 << 12)
        {
            _pack[_length++] = (byte)(0xE0 | (text.Length >> 8));
            _pack[_length++] = (byte)text.Length;
        }
        else
        {
            WriteWideNumber(0xF0, sizeof(uint), text.Length);
        }

        text.CopyTo(_pack.AsSpan(_length));
        _length += text.Length;
    }

    private void WriteTrailer(int length)
    {
        for (int i = ListpackReader.TrailerBytes(length) - 1, mark = 0; i >= 0; i--, mark = 0x80)
            _pack[_length++] = (byte)(((length >> (7 * i)) & 0x7F) | mark);
    }

    private void Reserve(int bytes)
    {
        if (bytes <= _pack.Length - _length)
            return;
        byte[] grown = ArrayPool<byte>.Shared.Rent(Math.Max(_length + bytes, _length * 2));
        _pack.AsSpan(0, _length).CopyTo(grown);
        ArrayPool<byte>.Shared.Return(_pack);
        _pack = grown;
    }
}
