using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// ASCII text in 7 bits a character, as DragonflyDB's compact objects hold it: 8 characters take 7 bytes, and up to 6 behind them a byte each. Of 7 behind them a group is made with a NUL at its end,
/// so no text that ends a group with a NUL of its own is packed: its packed form says how long it is.
/// </summary>
public static class AsciiText
{
    /// <summary>Characters below which nothing is packed: there is next to nothing to be saved.</summary>
    public const int LengthMin = 16;

    /// <summary>Characters above which nothing is packed: it is unpacked wherever it is read, into scratch.</summary>
    public const int LengthMax = 128;

    private const int Group = 8;
    private const int PackedGroup = 7;
    private const ulong SevenBits = 0x7F7F7F7F7F7F7F7F;

    /// <summary>Whether a text can be packed, and gets shorter by it.</summary>
    public static bool CanPack(ReadOnlySpan<byte> text)
        => text.Length is >= LengthMin and <= LengthMax && Ascii.IsValid(text) && (text.Length % Group != 0 || text[^1] != 0);

    /// <summary>Bytes that a text of so many characters takes.</summary>
    public static int PackedLength(int length) => length - (length / Group);

    /// <summary>Characters of a packed text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LengthOf(ReadOnlySpan<byte> packed)
    {
        int groups = packed.Length / PackedGroup;
        int length = packed.Length + groups;
        return packed.Length == groups * PackedGroup && packed[^1] >> 1 == 0 ? length - 1 : length;
    }

    /// <summary>Packs a text that can be, into exactly its packed length.</summary>
    public static void Pack(ReadOnlySpan<byte> text, Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(text.Length, LengthMin, nameof(text));
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.Length, PackedLength(text.Length), nameof(into));
        ref byte from = ref MemoryMarshal.GetReference(text);
        ref byte to = ref MemoryMarshal.GetReference(into);
        int last = ((text.Length + 1) / Group) - 1;
        for (int group = 0; group < last; group++)
            Write(ref to, group * PackedGroup, Compress(Read(ref from, group * Group)));

        // Eight bytes are written for seven: the last of a text begin with the one before them, and end where they must.
        int behind = text.Length - ((last + 1) * Group);
        ulong characters = behind < 0 ? Read(ref from, text.Length - Group) >> 8 : Read(ref from, last * Group);
        int end = last * PackedGroup;
        Write(ref to, end - 1, (Compress(characters) << 8) | Unsafe.Add(ref to, end - 1));
        if (behind > 0)
            text[^behind..].CopyTo(into[^behind..]);
    }

    /// <summary>Unpacks a packed text into exactly its length.</summary>
    public static void Unpack(ReadOnlySpan<byte> packed, Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(packed.Length, PackedLength(LengthMin), nameof(packed));
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.Length, LengthOf(packed), nameof(into));
        ref byte from = ref MemoryMarshal.GetReference(packed);
        ref byte to = ref MemoryMarshal.GetReference(into);
        int last = (packed.Length / PackedGroup) - 1;
        for (int group = 0; group < last; group++)
            Write(ref to, group * Group, Expand(Read(ref from, group * PackedGroup)));

        int behind = into.Length - ((last + 1) * Group);
        ulong characters = Expand(Read(ref from, (last * PackedGroup) - 1) >> 8);
        int end = last * Group;
        if (behind < 0)
            Write(ref to, end - 1, (characters << 8) | Unsafe.Add(ref to, end - 1));
        else
            Write(ref to, end, characters);
        if (behind > 0)
            packed[^behind..].CopyTo(into[^behind..]);
    }

    /// <summary>The lower seven bits of eight bytes, side by side in seven.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Compress(ulong characters)
        => Bmi2.X64.IsSupported ? Bmi2.X64.ParallelBitExtract(characters, SevenBits) : CompressByShifts(characters);

    /// <summary>The other way round; what is in the eighth byte is left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Expand(ulong bits)
        => Bmi2.X64.IsSupported ? Bmi2.X64.ParallelBitDeposit(bits, SevenBits) : ExpandByShifts(bits);

    internal static ulong CompressByShifts(ulong characters)
    {
        ulong pairs = ((characters & 0x7F007F007F007F00) >> 1) | (characters & 0x007F007F007F007F);
        ulong fours = ((pairs & 0x3FFF00003FFF0000) >> 2) | (pairs & 0x00003FFF00003FFF);
        return ((fours & 0x0FFFFFFF00000000) >> 4) | (fours & 0x000000000FFFFFFF);
    }

    internal static ulong ExpandByShifts(ulong bits)
    {
        ulong fours = ((bits & 0x00FFFFFFF0000000) << 4) | (bits & 0x000000000FFFFFFF);
        ulong pairs = ((fours & 0x0FFFC0000FFFC000) << 2) | (fours & 0x00003FFF00003FFF);
        return ((pairs & 0x3F803F803F803F80) << 1) | (pairs & 0x007F007F007F007F);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read(ref byte from, int at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(ref byte to, int at, ulong bytes) => Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, at), bytes);
}
