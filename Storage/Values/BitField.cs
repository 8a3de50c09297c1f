namespace DragonflyFlow.Storage.Values;

/// <summary>What BITFIELD does when a number does not fit its field.</summary>
public enum BitOverflow
{
    /// <summary>Keeps the low bits.</summary>
    Wrap,

    /// <summary>Takes the nearest number that fits.</summary>
    Saturate,

    /// <summary>Changes nothing.</summary>
    Fail,
}

/// <summary>The type of a field of BITFIELD: a signed number of 1 to 64 bits or an unsigned one of 1 to 63, highest bit first, at any bit of a string.</summary>
/// <param name="IsSigned">Whether it is in two's complement.</param>
/// <param name="Bits">Its width.</param>
public readonly record struct BitField(bool IsSigned, int Bits)
{
    /// <summary>Parses "i16", "u8"; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out BitField type)
    {
        type = default;
        if (text.Length < 2 || text[0] is not ((byte)'i' or (byte)'u') || !IntegerText.TryParse(text[1..], out long bits))
            return false;
        bool isSigned = text[0] == 'i';
        if (bits < 1 || bits > (isSigned ? 64 : 63))
            return false;
        type = new BitField(isSigned, (int)bits);
        return true;
    }

    /// <summary>Reads the field at a bit offset; what lies behind the string's end is zeros.</summary>
    public long Read(ReadOnlySpan<byte> bytes, long offset)
    {
        UInt128 window = 0;
        long at = offset >> 3;
        int skipped = (int)(offset & 7);
        int count = (skipped + Bits + 7) >> 3;
        for (int i = 0; i < count; i++)
            window = (window << 8) | (at + i < bytes.Length ? bytes[(int)(at + i)] : (byte)0);
        return Truncate((long)(ulong)(window >> ((count * 8) - skipped - Bits)));
    }

    /// <summary>Writes the field at a bit offset; all of it lies within the string.</summary>
    public void Write(Span<byte> bytes, long offset, long value)
    {
        int at = (int)(offset >> 3);
        int skipped = (int)(offset & 7);
        int count = (skipped + Bits + 7) >> 3;
        int shift = (count * 8) - skipped - Bits;
        UInt128 mask = ((UInt128.One << Bits) - 1) << shift;
        UInt128 window = ((UInt128)(ulong)value << shift) & mask;
        for (int i = count - 1; i >= 0; i--)
        {
            bytes[at + i] = (byte)((bytes[at + i] & ~(byte)mask) | (byte)window);
            mask >>= 8;
            window >>= 8;
        }
    }

    /// <summary>
    /// The number that a sum leads to in this field; false if it does not fit and that is to fail. A value that a client sets is a sum too, with 0; for
    /// unsigned fields the 64 bits of <paramref name="value"/> are taken as an unsigned number.
    /// </summary>
    /// <remarks>Saturation takes the nearer end. (Redis takes the upper one when a narrow signed field is set to a number near the lower end of 64 bits.)</remarks>
    public bool TryAdd(long value, long increment, BitOverflow overflow, out long result)
    {
        Int128 sum = (IsSigned ? value : (Int128)(ulong)value) + increment;
        Int128 max = (Int128.One << (IsSigned ? Bits - 1 : Bits)) - 1;
        Int128 min = IsSigned ? -max - 1 : 0;
        bool fits = sum >= min && sum <= max;
        if (!fits && overflow == BitOverflow.Saturate)
            sum = sum > max ? max : min;
        result = Truncate((long)(ulong)((UInt128)sum & ulong.MaxValue));
        return fits || overflow != BitOverflow.Fail;
    }

    private long Truncate(long value)
    {
        int unused = 64 - Bits;
        return IsSigned ? value << unused >> unused : (long)((ulong)value << unused >> unused);
    }
}
