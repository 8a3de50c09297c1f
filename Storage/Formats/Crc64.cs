using System.Buffers.Binary;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// The checksum of RDB files and DUMP payloads: CRC-64 with the polynomial of Jones, bits reflected, starting from 0, nothing inverted at the end. The
/// checksum of "123456789" is e9c6d914c4b8d9ca. Long runs are folded (<see cref="Crc64Folding"/>) where the processor can, the rest goes eight bytes at a
/// time by eight tables (slicing).
/// </summary>
public static class Crc64
{
    // ad93d23594c935a9 with its bits in reverse order.
    internal const ulong Polynomial = 0x95AC9329AC4BC9B5UL;

    private const int Slices = 8;
    private const int Entries = 256;

    private static readonly ulong[] Tables = MakeTables();

    /// <summary>The checksum of what <paramref name="crc"/> covers and these bytes behind it; 0 is the checksum of nothing.</summary>
    public static ulong Append(ulong crc, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Crc64Folding.BytesMin || !Crc64Folding.IsSupported)
            return AppendByTables(crc, bytes);
        Span<byte> folded = stackalloc byte[Crc64Folding.FoldedBytes];
        int taken = Crc64Folding.Fold(crc, bytes, folded);
        return AppendByTables(AppendByTables(0, folded), bytes[taken..]);
    }

    /// <summary>The same without help of the processor.</summary>
    internal static ulong AppendByTables(ulong crc, ReadOnlySpan<byte> bytes)
    {
        ulong[] tables = Tables;
        while (bytes.Length >= Slices)
        {
            crc ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            ulong next = 0;
            for (int slice = Slices - 1; slice >= 0; slice--, crc >>= 8)
                next ^= tables[(slice * Entries) + (int)(crc & 0xFF)];
            crc = next;
            bytes = bytes[Slices..];
        }

        foreach (byte next in bytes)
            crc = tables[(byte)crc ^ next] ^ (crc >> 8);
        return crc;
    }

    // Table n is what a byte does to the checksum after n more bytes.
    private static ulong[] MakeTables()
    {
        ulong[] tables = new ulong[Slices * Entries];
        for (int entry = 0; entry < Entries; entry++)
        {
            ulong crc = (ulong)entry;
            for (int bit = 0; bit < 8; bit++)
                crc = TimesX(crc);
            tables[entry] = crc;
        }

        for (int i = Entries; i < tables.Length; i++)
        {
            ulong shorter = tables[i - Entries];
            tables[i] = tables[(byte)shorter] ^ (shorter >> 8);
        }

        return tables;
    }

    /// <summary>A remainder times x, modulo the polynomial. Bits are reflected: the highest power is the lowest bit.</summary>
    internal static ulong TimesX(ulong remainder) => (remainder & 1) != 0 ? (remainder >> 1) ^ Polynomial : remainder >> 1;
}
