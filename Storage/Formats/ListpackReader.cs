using System.Buffers.Binary;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Walks a listpack (Redis 7): length of all in 4 bytes, count in 2 (65535 = not known), elements, 255. An element is a first byte that tells its form, its
/// bytes, and how long both are, in base 128 with the highest group first so that it reads backwards.
/// </summary>
internal ref struct ListpackReader : IElementReader
{
    /// <summary>Bytes before the first element.</summary>
    public const int HeaderBytes = sizeof(uint) + sizeof(ushort);

    /// <summary>The count that says that there may be more elements.</summary>
    public const int CountUnknown = ushort.MaxValue;

    /// <summary>The byte behind the last element.</summary>
    public const byte End = 0xFF;

    private readonly ReadOnlySpan<byte> _pack;
    private NumberText _numbers = new();
    private int _at = HeaderBytes;
    private int _read;

    /// <summary>A walk of all elements.</summary>
    public ListpackReader(ReadOnlySpan<byte> pack)
    {
        _pack = pack;
        IsDamaged = pack.Length <= HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(pack) != (uint)pack.Length;
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
        if (_at < _pack.Length && _pack[_at] == End)
        {
            int count = BinaryPrimitives.ReadUInt16LittleEndian(_pack[sizeof(uint)..]);
            IsDamaged = _at != _pack.Length - 1 || (count != CountUnknown && count != _read);
            return false;
        }

        _read++;
        IsDamaged = !TryReadElement();
        return !IsDamaged;
    }

    /// <summary>Bytes of the trailer of an element of this length; 16383 takes three, as Redis writes it.</summary>
    internal static int TrailerBytes(int length) => length switch
    {
        <= 127 => 1,
        < 16383 => 2,
        < 2097151 => 3,
        < 268435455 => 4,
        _ => 5,
    };

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
        _at += header + (int)length;
        return true;
    }

    private bool TryPassTrailer(int length)
    {
        int bytes = TrailerBytes(length);
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
