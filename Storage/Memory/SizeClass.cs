using System.Numerics;
using System.Runtime.CompilerServices;

namespace DragonflyFlow.Storage.Memory;

/// <summary>
/// The sizes that blocks come in: steps of 8 bytes to 256 bytes (a record wastes at most 7), then four per octave to 256 KiB (at most a
/// fifth). Above that a block stands alone and is rounded to sixteen per octave, so that a value that grows by appending moves rarely.
/// </summary>
internal static class SizeClass
{
    /// <summary>Number of classes.</summary>
    public const int Count = SmallCount + (4 * 10);

    /// <summary>The biggest block that comes from a class.</summary>
    public const int ClassBytesMax = 256 * 1024;

    /// <summary>The biggest block there is: the last of sixteen per octave that an int can say.</summary>
    public const int BlockBytesMax = int.MaxValue - (1 << 26) + 1;

    private const int SmallBytesMax = 256;
    private const int SmallCount = SmallBytesMax / 8;

    /// <summary>The class of a request of 0 to <see cref="ClassBytesMax"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(int bytes)
    {
        if (bytes <= SmallBytesMax)
            return bytes <= 8 ? 0 : (bytes - 1) >> 3;
        int octave = BitOperations.Log2((uint)(bytes - 1));
        return SmallCount + ((octave - 8) << 2) + (((bytes - 1) >> (octave - 2)) & 3);
    }

    /// <summary>Bytes of a block of a class.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BytesOf(int sizeClass)
    {
        if (sizeClass < SmallCount)
            return (sizeClass + 1) << 3;
        int large = sizeClass - SmallCount;
        return (5 + (large & 3)) << (6 + (large >> 2));
    }

    /// <summary>The biggest class whose blocks fit in <paramref name="bytes"/> (at least 8).</summary>
    public static int BiggestWithin(int bytes)
    {
        int sizeClass = Of(Math.Min(bytes, ClassBytesMax));
        return BytesOf(sizeClass) <= bytes ? sizeClass : sizeClass - 1;
    }

    /// <summary>Bytes that a request occupies, whatever its size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CapacityOf(int bytes)
    {
        if (bytes <= SmallBytesMax)
            return bytes <= 8 ? 8 : (bytes + 7) & ~7;
        return RoundUp(bytes, bytes <= ClassBytesMax ? 2 : 4);
    }

    private static int RoundUp(int bytes, int bitsPerOctave)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, BlockBytesMax);
        int mask = (1 << (BitOperations.Log2((uint)(bytes - 1)) - bitsPerOctave)) - 1;
        return ((bytes - 1) | mask) + 1;
    }
}
