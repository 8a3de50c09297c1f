using System.Buffers.Binary;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Walks a ziplist (Redis before 7): length of all, place of the last element, 4 bytes each, count in 2 (65535 = not known), elements, 255. An element is how
/// long the one before it is, a first byte that tells its form, its bytes.
/// </summary>
internal ref struct ZiplistReader : IElementReader
{
    private const int HeaderBytes = sizeof(uint) + sizeof(uint) + sizeof(ushort);
    private const int CountUnknown = ushort.MaxValue;
    private const byte End = 0xFF;
    private const byte WidePrevious = 0xFE;

    private readonly ReadOnlySpan<byte> _list;
    private NumberText _numbers = new();
    private int _at = HeaderBytes;
    private int _previousBytes;
    private int _read;

    /// <summary>A walk of all elements.</summary>
    public ZiplistReader(ReadOnlySpan<byte> list)
    {
        _list = list;
        IsDamaged = list.Length <= HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(list) != (uint)list.Length;
    }

    /// <inheritdoc />
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <inheritdoc />
    public bool IsDamaged { get; private set; }

    /// <inheritdoc />
    public bool MoveNext()
    {
        if (IsDamaged)
            return false;
        if (_at < _list.Length && _list[_at] == End)
        {
            int count = BinaryPrimitives.ReadUInt16LittleEndian(_list[(2 * sizeof(uint))..]);
            IsDamaged = _at != _list.Length - 1 || (count != CountUnknown && count != _read);
            return false;
        }

        _read++;
        int start = _at;
        IsDamaged = !TryPassPrevious() || !TryReadElement();
        _previousBytes = _at - start;
        return !IsDamaged;
    }

    private bool TryPassPrevious()
    {
        if (!Has(1))
            return false;
        long previous = _list[_at];
        int bytes = 1;
        if (previous == WidePrevious)
        {
            bytes += sizeof(uint);
            if (!Has(bytes))
                return false;
            previous = BinaryPrimitives.ReadUInt32LittleEndian(_list[(_at + 1)..]);
        }

        _at += bytes;
        return previous == _previousBytes;
    }

    private bool TryReadElement()
    {
        if (!Has(1))
            return false;
        byte first = _list[_at];
        return first switch
        {
            < 0x40 => TryText(1, first),
            < 0x80 => Has(2) && TryText(2, ((first & 0x3F) << 8) | _list[_at + 1]),
            0x80 => Has(5) && TryText(5, BinaryPrimitives.ReadUInt32BigEndian(_list[(_at + 1)..])),
            0xC0 => TryWideNumber(sizeof(short)),
            0xD0 => TryWideNumber(sizeof(int)),
            0xE0 => TryWideNumber(sizeof(long)),
            0xF0 => TryWideNumber(3),
            0xFE => TryWideNumber(sizeof(sbyte)),
            >= 0xF1 and <= 0xFD => TryNumber(1, (first & 0x0F) - 1),
            _ => false,
        };
    }

    private readonly bool Has(long bytes) => bytes <= _list.Length - _at;

    private bool TryNumber(int bytes, long value)
    {
        Current = _numbers.Of(value);
        _at += bytes;
        return true;
    }

    private bool TryWideNumber(int width)
        => Has(1 + width) && TryNumber(1 + width, LittleEndian.ReadSigned(_list.Slice(_at + 1, width)));

    private bool TryText(int header, long length)
    {
        if (!Has(header + length))
            return false;
        Current = _list.Slice(_at + header, (int)length);
        _at += header + (int)length;
        return true;
    }
}
