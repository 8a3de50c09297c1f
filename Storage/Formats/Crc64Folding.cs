using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// CRC-64 by multiplication without carries. A run of bytes is a polynomial; what stands d bits before its end counts as itself times x^d, and may be
/// replaced by anything that has the same remainder. So 64 bytes at a time are multiplied onto the 64 bytes behind them, until 16 bytes are left that have the
/// remainder of all. Bits are reflected, and a product of reflected factors comes out one place too high: hence the powers one lower than one would expect.
/// </summary>
internal static class Crc64Folding
{
    /// <summary>Fewer bytes are not worth it.</summary>
    public const int BytesMin = 2 * LaneBytes * Lanes;

    /// <summary>Bytes that stand for all that was folded.</summary>
    public const int FoldedBytes = LaneBytes;

    private const int LaneBytes = 16;
    private const int Lanes = 4;

    private static readonly Vector128<ulong> OverFourLanes = FactorsOver(LaneBytes * Lanes);
    private static readonly Vector128<ulong> OverOneLane = FactorsOver(LaneBytes);

    /// <summary>Whether the processor multiplies without carries.</summary>
    public static bool IsSupported => Pclmulqdq.IsSupported;

    /// <summary>Folds all whole lanes of at least <see cref="BytesMin"/> bytes; how many bytes that were. What is folded is to be checked as bytes are, starting from 0.</summary>
    public static int Fold(ulong crc, ReadOnlySpan<byte> bytes, Span<byte> folded)
    {
        ReadOnlySpan<Vector128<ulong>> lanes = MemoryMarshal.Cast<byte, Vector128<ulong>>(bytes);
        Vector128<ulong> first = lanes[0] ^ Vector128.CreateScalar(crc);
        Vector128<ulong> second = lanes[1];
        Vector128<ulong> third = lanes[2];
        Vector128<ulong> fourth = lanes[3];
        int at = Lanes;
        for (; at <= lanes.Length - Lanes; at += Lanes)
        {
            first = Over(first, OverFourLanes) ^ lanes[at];
            second = Over(second, OverFourLanes) ^ lanes[at + 1];
            third = Over(third, OverFourLanes) ^ lanes[at + 2];
            fourth = Over(fourth, OverFourLanes) ^ lanes[at + 3];
        }

        second ^= Over(first, OverOneLane);
        third ^= Over(second, OverOneLane);
        fourth ^= Over(third, OverOneLane);
        for (; at < lanes.Length; at++)
            fourth = Over(fourth, OverOneLane) ^ lanes[at];
        MemoryMarshal.Write(folded, fourth);
        return lanes.Length * LaneBytes;
    }

    // The low half holds the higher powers: it is one half farther from the end.
    private static Vector128<ulong> Over(Vector128<ulong> lane, Vector128<ulong> factors)
        => Pclmulqdq.CarrylessMultiply(lane, factors, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, factors, 0x11);

    private static Vector128<ulong> FactorsOver(int bytes) => Vector128.Create(PowerOfX((8 * bytes) + 63), PowerOfX((8 * bytes) - 1));

    private static ulong PowerOfX(int power)
    {
        ulong remainder = 1UL << 63;
        for (; power > 0; power--)
            remainder = Crc64.TimesX(remainder);
        return remainder;
    }
}
