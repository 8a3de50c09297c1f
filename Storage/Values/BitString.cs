using System.Numerics;
using System.Runtime.InteropServices;

namespace DragonflyFlow.Storage.Values;

/// <summary>How BITOP combines strings.</summary>
public enum BitOperation
{
    /// <summary>Bits that are set in all.</summary>
    And,

    /// <summary>Bits that are set in any.</summary>
    Or,

    /// <summary>Bits that are set in an odd number.</summary>
    Xor,

    /// <summary>Bits that are not set in the only one.</summary>
    Not,
}

/// <summary>Strings as rows of bits: bit 0 is the highest of the first byte. Behind its end a string is all zeros.</summary>
public static class BitString
{
    private const int WordBytes = sizeof(ulong);

    /// <summary>One bit.</summary>
    public static bool Get(ReadOnlySpan<byte> bytes, long offset)
    {
        long at = offset >> 3;
        return at < bytes.Length && ((bytes[(int)at] >> (int)(7 - (offset & 7))) & 1) != 0;
    }

    /// <summary>Sets or clears a bit that lies within.</summary>
    public static void Set(Span<byte> bytes, long offset, bool value)
    {
        ref byte target = ref bytes[(int)(offset >> 3)];
        int mask = 0x80 >> (int)(offset & 7);
        target = (byte)(value ? target | mask : target & ~mask);
    }

    /// <summary>How many bits are set from <paramref name="first"/> to <paramref name="last"/> (inclusive, within the string).</summary>
    public static long Count(ReadOnlySpan<byte> bytes, long first, long last)
    {
        int firstByte = (int)(first >> 3);
        int lastByte = (int)(last >> 3);
        int head = 0xFF >> (int)(first & 7);
        int tail = (0xFF00 >> (int)((last & 7) + 1)) & 0xFF;
        if (firstByte == lastByte)
            return BitOperations.PopCount((uint)(bytes[firstByte] & head & tail));
        return BitOperations.PopCount((uint)(bytes[firstByte] & head))
            + Count(bytes[(firstByte + 1)..lastByte])
            + BitOperations.PopCount((uint)(bytes[lastByte] & tail));
    }

    /// <summary>The first bit of this value from <paramref name="first"/> to <paramref name="last"/> (inclusive, within the string); -1 if there is none.</summary>
    public static long Find(ReadOnlySpan<byte> bytes, bool value, long first, long last)
    {
        // Bytes are turned so that a set bit is looked for; those before the first one that can have it are skipped as a block.
        byte skipped = (byte)(value ? 0x00 : 0xFF);
        int at = (int)(first >> 3);
        int lastByte = (int)(last >> 3);
        int found = (bytes[at] ^ skipped) & (0xFF >> (int)(first & 7));
        if (found == 0)
        {
            int next = bytes[(at + 1)..(lastByte + 1)].IndexOfAnyExcept(skipped);
            if (next < 0)
                return -1;
            at += 1 + next;
            found = bytes[at] ^ skipped;
        }

        long position = ((long)at << 3) + BitOperations.LeadingZeroCount((uint)found << 24);
        return position <= last ? position : -1;
    }

    /// <summary>
    /// Combines a string into a result that is at least as long (and holds the first string, for <see cref="BitOperation.Not"/> too: there the string itself
    /// is ignored).
    /// </summary>
    public static void Combine(BitOperation operation, Span<byte> result, ReadOnlySpan<byte> bytes)
    {
        if (operation == BitOperation.Not)
        {
            Invert(result);
            return;
        }

        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(result[..bytes.Length]);
        ReadOnlySpan<ulong> others = MemoryMarshal.Cast<byte, ulong>(bytes);
        for (int i = 0; i < words.Length; i++)
            words[i] = Combine(operation, words[i], others[i]);
        for (int i = words.Length * WordBytes; i < bytes.Length; i++)
            result[i] = (byte)Combine(operation, result[i], bytes[i]);
        if (operation == BitOperation.And)
            result[bytes.Length..].Clear();
    }

    private static ulong Combine(BitOperation operation, ulong a, ulong b) => operation switch
    {
        BitOperation.And => a & b,
        BitOperation.Or => a | b,
        _ => a ^ b,
    };

    private static void Invert(Span<byte> bytes)
    {
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        for (int i = 0; i < words.Length; i++)
            words[i] = ~words[i];
        for (int i = words.Length * WordBytes; i < bytes.Length; i++)
            bytes[i] = (byte)~bytes[i];
    }

    private static long Count(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        long count = 0;
        foreach (ulong word in words)
            count += BitOperations.PopCount(word);
        foreach (byte rest in bytes[(words.Length * WordBytes)..])
            count += BitOperations.PopCount(rest);
        return count;
    }
}
