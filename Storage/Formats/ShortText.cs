using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Storage.Formats;

/// <summary>Strings of RDB that are short, as most are, put where they belong without a call for each of their parts. They come out as <see cref="RdbWriter"/> writes them.</summary>
internal static class ShortText
{
    /// <summary>Bytes from which on a string is not short: it might be compressed then, and its length takes more than a byte.</summary>
    public const int LengthEnd = StringMarks.BytesMin;

    /// <summary>The most bytes of one with its length.</summary>
    public const int BytesMax = 1 + LengthEnd;

    /// <summary>Whether a record is a string with a short key and a short value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is(DashTable table, Slot slot)
        => table.Kind(slot) == ValueKind.String && table.Key(slot).Length < LengthEnd && BytesOf(table, slot) < LengthEnd;

    /// <summary>Puts a short value at the start of <paramref name="into"/>; how many bytes that were.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PutValue(Span<byte> into, DashTable table, Slot slot)
        => table.Encoding(slot) switch
        {
            ValueEncoding.Integer => RdbWriter.PutNumber(into, BinaryPrimitives.ReadInt64LittleEndian(table.Value(slot))),
            ValueEncoding.Ascii => PutPacked(into, table.Value(slot)),
            _ => Put(into, table.Value(slot)),
        };

    /// <summary>Puts a short string, or the integer that it is, at the start of <paramref name="into"/>; how many bytes that were.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Put(Span<byte> into, ReadOnlySpan<byte> text)
    {
        if (text.Length <= RdbWriter.IntegerTextMax)
            return RdbWriter.PutString(into, text);
        into[0] = (byte)text.Length;
        Copy(text, into.Slice(1, text.Length));
        return 1 + text.Length;
    }

    // Too long to be an integer.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PutPacked(Span<byte> into, ReadOnlySpan<byte> packed)
    {
        int length = AsciiText.LengthOf(packed);
        into[0] = (byte)length;
        AsciiText.Unpack(packed, into.Slice(1, length));
        return 1 + length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int BytesOf(DashTable table, Slot slot)
        => table.Encoding(slot) == ValueEncoding.Ascii ? AsciiText.LengthOf(table.Value(slot)) : table.Value(slot).Length;

    /// <summary>Copies all of a short string. Two vectors that may overlap: a call that chooses among all lengths takes as long again as what it copies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(ReadOnlySpan<byte> text, Span<byte> into)
    {
        ref byte from = ref MemoryMarshal.GetReference(text);
        ref byte to = ref MemoryMarshal.GetReference(into[..text.Length]);
        nuint length = (nuint)text.Length;
        if (length >= (nuint)Vector256<byte>.Count)
        {
            nuint rest = length - (nuint)Vector256<byte>.Count;
            Vector256<byte> last = Vector256.LoadUnsafe(ref from, rest);
            Vector256.LoadUnsafe(ref from).StoreUnsafe(ref to);
            last.StoreUnsafe(ref to, rest);
        }
        else if (length >= (nuint)Vector128<byte>.Count)
        {
            nuint rest = length - (nuint)Vector128<byte>.Count;
            Vector128<byte> last = Vector128.LoadUnsafe(ref from, rest);
            Vector128.LoadUnsafe(ref from).StoreUnsafe(ref to);
            last.StoreUnsafe(ref to, rest);
        }
        else
        {
            text.CopyTo(into);
        }
    }
}
