using System.Buffers.Binary;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Walks a listpack (<see cref="Listpack"/> tells the form).
/// </summary>
internal ref struct ListpackReader : IElementReader
{
    private readonly ReadOnlySpan<byte> _pack;
    private NumberText _numbers = new();
    private int _at = Listpack.HeaderBytes;
    private int _read;

    /// <summary>A walk of all elements.</summary>
    public ListpackReader(ReadOnlySpan<byte> pack)
    {
        _pack = pack;
        IsDamaged = pack.Length <= Listpack.HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(pack) != (uint)pack.Length;
    }

    /// <inheritdoc />
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <inheritdoc />
    public bool IsDamaged { get; private set; }

    /// <summary>Whether the element is a number, which it then is.</summary>
    public bool IsNumber { get; private set; }

    /// <summary>The number.</summary>
    public long Number { get; private set; }

    /// <summary>Where the next element is.</summary>
    public readonly int Position => _at;

    /// <inheritdoc />
    public bool MoveNext()
    {
        if (IsDamaged)
            return false;
        if (_at < _pack.Length && _pack[_at] == Listpack.End)
        {
            int count = BinaryPrimitives.ReadUInt16LittleEndian(_pack[sizeof(uint)..]);
            IsDamaged = _at != _pack.Length - 1 || (count != Listpack.CountUnknown && count != _read);
            return false;
        }

        _read++;
        IsDamaged = !TryReadElement();
        return !IsDamaged;
    }

    private bool TryReadElement()
    {
        if (_at >= _pack.Length)
            return false;
        int start = _at;
        byte first = _pack[start];
        bool isRead = first switch
        {
            < 0x80 => TryNumber(1, first),
            < 0xC0 => TryText(1, first & 0x3F),
            < 0xE0 => Has(2) && TryNumber(2, ((((first & 0x1F) << 8) | _pack[start + 1]) << 19) >> 19),
            < 0xF0 => Has(2) && TryText(2, ((first & 0x0F) << 8) | _pack[start + 1]),
            0xF0 => Has(5) && TryText(5, BinaryPrimitives.ReadUInt32LittleEndian(_pack[(start + 1)..])),
            0xF1 => TryWideNumber(sizeof(short)),
            0xF2 => TryWideNumber(3),
            0xF3 => TryWideNumber(sizeof(int)),
            0xF4 => TryWideNumber(sizeof(long)),
            _ => false,
        };
        return isRead && TryPassTrailer(_at - start);
    }

    private readonly bool Has(long bytes) => bytes <= _pack.Length - _at;

    private bool TryNumber(int bytes, long value)
    {
        Current = _numbers.Of(value);
        IsNumber = true;
        Number = value;
        _at += bytes;
        return true;
    }

    private bool TryWideNumber(int width)
        => Has(1 + width) && TryNumber(1 + width, LittleEndian.ReadSigned(_pack.Slice(_at + 1, width)));

    private bool TryText(int header, long length)
    {
        if (!Has(header + length))
            return false;
        Current = _pack.Slice(_at + header, (int)length);
        IsNumber = false;
        _at += header + (int)length;
        return true;
    }

    private bool TryPassTrailer(int length)
    {
        int bytes = Listpack.TrailerBytes(length);
        if (!Has(bytes))
            return false;
        int value = 0;
        for (int i = 0; i < bytes; i++)
        {
            byte group = _pack[_at + i];
            if ((group >= 0x80) != (i > 0))
                return false;
            value = (value << 7) | (group & 0x7F);
        }

        _at += bytes;
        return value == length;
    }
}
