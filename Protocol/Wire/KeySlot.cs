using System.Buffers.Binary;

namespace DragonflyFlow.Protocol.Wire;

/// <summary>Cluster slots: CRC16 (XMODEM: polynomial 0x1021, start 0, not reflected) of the key or of its hash tag, modulo 16384.</summary>
public static class KeySlot
{
    /// <summary>Slots of a cluster.</summary>
    public const int Count = 16384;

    // What is taken at once: no table look-up of a stride waits for another of it.
    private const int Stride = 8;
    private const int Bytes = 256;

    // Row i tells what a byte does to the sum when i bytes follow it.
    private static readonly ushort[] Table = BuildTable();

    /// <summary>The slot of a key, 0 to 16383.</summary>
    public static int Of(ReadOnlySpan<byte> key) => Crc16(HashTag(key)) & (Count - 1);

    /// <summary>What of a key is hashed: the bytes between the first '{' and the first '}' behind it, if there are any, else the key.</summary>
    public static ReadOnlySpan<byte> HashTag(ReadOnlySpan<byte> key)
    {
        int open = key.IndexOf((byte)'{');
        if (open < 0)
            return key;

        ReadOnlySpan<byte> rest = key[(open + 1)..];
        int close = rest.IndexOf((byte)'}');
        return close > 0 ? rest[..close] : key;
    }

    /// <summary>CRC16/XMODEM.</summary>
    public static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ushort> table = Table;
        int crc = 0;
        while (bytes.Length >= Stride)
        {
            ulong next = BinaryPrimitives.ReadUInt64BigEndian(bytes) ^ ((ulong)(uint)crc << 48);
            crc = table[(7 * Bytes) + (int)(next >> 56)]
                ^ table[(6 * Bytes) + (int)((next >> 48) & 0xFF)]
                ^ table[(5 * Bytes) + (int)((next >> 40) & 0xFF)]
                ^ table[(4 * Bytes) + (int)((next >> 32) & 0xFF)]
                ^ table[(3 * Bytes) + (int)((next >> 24) & 0xFF)]
                ^ table[(2 * Bytes) + (int)((next >> 16) & 0xFF)]
                ^ table[Bytes + (int)((next >> 8) & 0xFF)]
                ^ table[(int)(next & 0xFF)];
            bytes = bytes[Stride..];
        }

        foreach (byte next in bytes)
            crc = ((crc << 8) ^ table[((crc >> 8) ^ next) & 0xFF]) & 0xFFFF;
        return (ushort)crc;
    }

    private static ushort[] BuildTable()
    {
        ushort[] table = new ushort[Stride * Bytes];
        for (int i = 0; i < table.Length; i++)
        {
            int crc = i < Bytes ? i << 8 : table[i - Bytes];
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            table[i] = (ushort)crc;
        }

        return table;
    }
}
