using System.Buffers.Binary;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Walks a zipmap (Redis before 2.6), fields and values in turn: count of pairs in a byte, pairs, 255. Both have their length before them, one byte or 254
/// and four; between the length of a value and its bytes stands how many unused ones follow it.
/// </summary>
internal ref struct ZipmapReader : IElementReader
{
    private const byte WideLength = 0xFE;
    private const byte End = 0xFF;

    private readonly ReadOnlySpan<byte> _map;
    private int _at = 1;
    private bool _isField;

    /// <summary>A walk of all fields and values.</summary>
    public ZipmapReader(ReadOnlySpan<byte> map)
    {
        _map = map;
        IsDamaged = map.Length < 2;
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
        _isField = !_isField;
        if (_isField && _at < _map.Length && _map[_at] == End)
        {
            IsDamaged = _at != _map.Length - 1;
            return false;
        }

        IsDamaged = !TryReadElement();
        return !IsDamaged;
    }

    private bool TryReadElement()
    {
        if (!Has(1) || _map[_at] == End)
            return false;
        long length = _map[_at++];
        if (length == WideLength)
        {
            if (!Has(sizeof(uint)))
                return false;
            length = BinaryPrimitives.ReadUInt32LittleEndian(_map[_at..]);
            _at += sizeof(uint);
        }

        int unused = 0;
        if (!_isField)
        {
            if (!Has(1))
                return false;
            unused = _map[_at++];
        }

        if (!Has(length + unused))
            return false;
        Current = _map.Slice(_at, (int)length);
        _at += (int)length + unused;
        return true;
    }

    private readonly bool Has(long bytes) => bytes <= _map.Length - _at;
}
