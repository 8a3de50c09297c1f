namespace DragonflyFlow.Protocol.Wire;

/// <summary>Cluster slots: CRC16 (XMODEM: polynomial 0x1021, start 0, not reflected) of the key or of its hash tag, modulo 16384.</summary>
public static class KeySlot
{
    /// <summary>Slots of a cluster.</summary>
    public const int Count = 16384;

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
        ushort[] table = Table;
        int crc = 0;
        foreach (byte next in bytes)
            crc = ((crc << 8) ^ table[((crc >> 8) ^ next) & 0xFF]) & 0xFFFF;
        return (ushort)crc;
    }

    private static ushort[] BuildTable()
    {
        ushort[] table = new ushort[256];
        for (int i = 0; i < table.Length; i++)
        {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            table[i] = (ushort)crc;
        }

        return table;
    }
}
