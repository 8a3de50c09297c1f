using System.Buffers.Binary;

namespace DragonflyFlow.Storage.Formats;

/// <summary>Walks an intset: bytes of a member (2, 4 or 8) and count, 4 bytes each, then the members, each greater than the one before it.</summary>
internal ref struct IntsetReader : IElementReader
{
    /// <summary>Bytes before the first member.</summary>
    public const int HeaderBytes = 2 * sizeof(uint);

    private readonly ReadOnlySpan<byte> _set;
    private readonly int _width;
    private NumberText _numbers = new();
    private int _at = HeaderBytes;
    private long _last;

    /// <summary>A walk of all members.</summary>
    public IntsetReader(ReadOnlySpan<byte> set)
    {
        _set = set;
        if (set.Length >= HeaderBytes && BinaryPrimitives.ReadUInt32LittleEndian(set) is uint width and (sizeof(short) or sizeof(int) or sizeof(long)))
            _width = (int)width;
        IsDamaged = _width == 0 || set.Length != HeaderBytes + (BinaryPrimitives.ReadUInt32LittleEndian(set[sizeof(uint)..]) * (long)_width);
    }

    /// <inheritdoc />
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <inheritdoc />
    public bool IsDamaged { get; private set; }

    /// <inheritdoc />
    public bool MoveNext()
    {
        if (IsDamaged || _at == _set.Length)
            return false;
        long member = LittleEndian.ReadSigned(_set.Slice(_at, _width));
        IsDamaged = _at > HeaderBytes && member <= _last;
        _last = member;
        _at += _width;
        Current = _numbers.Of(member);
        return !IsDamaged;
    }
}
