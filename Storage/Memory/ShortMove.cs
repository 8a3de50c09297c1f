using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DragonflyFlow.Storage.Memory;

/// <summary>
/// Moves bytes to a place that may overlap with where they are, as insertions and removals in a run of bytes do. The framework's copy leaves overlapping ones to the system's, by a
/// transition out of managed code that costs more than moving some hundred bytes (decision 86).
/// </summary>
internal static class ShortMove
{
    // Beyond this the transition does not matter.
    private const int BytesMax = 1024;

    /// <summary>Copies all of <paramref name="source"/> to the begin of <paramref name="target"/>; of what overlaps the source's bytes count.</summary>
    /// <exception cref="ArgumentException">The target is shorter.</exception>
    public static void Copy<T>(ReadOnlySpan<T> source, Span<T> target)
        where T : unmanaged
        => Copy(MemoryMarshal.AsBytes(source), MemoryMarshal.AsBytes(target));

    private static void Copy(ReadOnlySpan<byte> source, Span<byte> target)
    {
        int length = source.Length;
        if (length > target.Length || length > BytesMax || !Vector256.IsHardwareAccelerated)
        {
            source.CopyTo(target);
            return;
        }

        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(target);
        if (length < Vector256<byte>.Count)
            CopyFew(ref from, ref to, length);
        else if (Unsafe.IsAddressLessThan(ref to, ref from))
            CopyForward(ref from, ref to, length);
        else
            CopyBackward(ref from, ref to, length);
    }

    // What is left at the end is read before anything is written, and written when all else is.
    private static void CopyForward(ref byte from, ref byte to, int length)
    {
        int last = length - Vector256<byte>.Count;
        Vector256<byte> rest = Vector256.LoadUnsafe(ref from, (nuint)last);
        for (int at = 0; at < last; at += Vector256<byte>.Count)
            Vector256.LoadUnsafe(ref from, (nuint)at).StoreUnsafe(ref to, (nuint)at);
        rest.StoreUnsafe(ref to, (nuint)last);
    }

    private static void CopyBackward(ref byte from, ref byte to, int length)
    {
        Vector256<byte> rest = Vector256.LoadUnsafe(ref from);
        for (int at = length - Vector256<byte>.Count; at > 0; at -= Vector256<byte>.Count)
            Vector256.LoadUnsafe(ref from, (nuint)at).StoreUnsafe(ref to, (nuint)at);
        rest.StoreUnsafe(ref to);
    }

    // Begin and end overlap, and both are read before either is written.
    private static void CopyFew(ref byte from, ref byte to, int length)
    {
        if (length >= Vector128<byte>.Count)
        {
            nuint last = (nuint)(length - Vector128<byte>.Count);
            (Vector128<byte> begin, Vector128<byte> end) = (Vector128.LoadUnsafe(ref from), Vector128.LoadUnsafe(ref from, last));
            begin.StoreUnsafe(ref to);
            end.StoreUnsafe(ref to, last);
        }
        else if (length >= sizeof(ulong))
        {
            CopyEnds<ulong>(ref from, ref to, length - sizeof(ulong));
        }
        else if (length >= sizeof(uint))
        {
            CopyEnds<uint>(ref from, ref to, length - sizeof(uint));
        }
        else if (length >= sizeof(ushort))
        {
            CopyEnds<ushort>(ref from, ref to, length - sizeof(ushort));
        }
        else if (length > 0)
        {
            to = from;
        }
    }

    private static void CopyEnds<T>(ref byte from, ref byte to, int last)
        where T : unmanaged, IBinaryInteger<T>
    {
        (T begin, T end) = (Unsafe.ReadUnaligned<T>(ref from), Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref from, last)));
        Unsafe.WriteUnaligned(ref to, begin);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, last), end);
    }
}
