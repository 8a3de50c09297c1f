using System.Runtime.InteropServices;

namespace DragonflyFlow.Protocol.Server.Disk;

/// <summary>Memory that stays where it is and begins at a multiple of some bytes, as direct I/O wants it.</summary>
internal readonly struct AlignedBytes
{
    private readonly byte[] _array;
    private readonly int _start;

    /// <summary>So many bytes, aligned to <paramref name="alignment"/>, a power of two, or <paramref name="skew"/> bytes behind such a place.</summary>
    public AlignedBytes(int bytes, int alignment, int skew = 0)
    {
        _array = GC.AllocateUninitializedArray<byte>(bytes + alignment + skew, pinned: true);
        _start = (int)(-Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0) & (alignment - 1)) + skew;
        Length = bytes;
    }

    /// <summary>How many there are.</summary>
    public int Length { get; }

    /// <summary>The bytes.</summary>
    public Span<byte> Span => _array.AsSpan(_start, Length);
}
