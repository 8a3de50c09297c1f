namespace DragonflyFlow.Storage.Formats;

/// <summary>Signed integers of whatever width, low byte first, as the packed forms of Redis have them (24 bits among them).</summary>
internal static class LittleEndian
{
    /// <summary>Reads an integer of 1 to 8 bytes.</summary>
    public static long ReadSigned(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
            value = (value << 8) | bytes[i];
        int unused = 64 - (8 * bytes.Length);
        return (long)(value << unused) >> unused;
    }

    /// <summary>Writes the low bytes of an integer, as many as there is room for.</summary>
    public static void Write(Span<byte> bytes, long value)
    {
        for (int i = 0; i < bytes.Length; i++, value >>= 8)
            bytes[i] = (byte)value;
    }
}
