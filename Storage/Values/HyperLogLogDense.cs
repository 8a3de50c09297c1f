namespace DragonflyFlow.Storage.Values;

/// <summary>16384 registers of 6 bits, packed from the low bits of each byte on: four registers in three bytes.</summary>
public static class HyperLogLogDense
{
    /// <summary>Bytes of all registers.</summary>
    public const int RegisterBytes = HyperLogLogBytes.Registers * RegisterBits / 8;

    private const int RegisterBits = 6;
    private const int RegisterMask = (1 << RegisterBits) - 1;

    /// <summary>The rank in a register.</summary>
    public static int Get(ReadOnlySpan<byte> registers, int index)
    {
        int at = Group(index, out int shift);
        return (Load(registers, at) >> shift) & RegisterMask;
    }

    /// <summary>Raises a register to a rank; false if it is there already.</summary>
    public static bool Raise(Span<byte> registers, int index, int rank)
    {
        int at = Group(index, out int shift);
        int group = Load(registers, at);
        if (((group >> shift) & RegisterMask) >= rank)
            return false;
        group = (group & ~(RegisterMask << shift)) | (rank << shift);
        registers[at] = (byte)group;
        registers[at + 1] = (byte)(group >> 8);
        registers[at + 2] = (byte)(group >> 16);
        return true;
    }

    /// <summary>Adds the registers to a histogram of ranks.</summary>
    public static void Histogram(ReadOnlySpan<byte> registers, Span<int> ranks)
    {
        for (int at = 0; at < RegisterBytes; at += 3)
        {
            int group = Load(registers, at);
            for (int shift = 0; shift < 24; shift += RegisterBits)
                ranks[(group >> shift) & RegisterMask]++;
        }
    }

    /// <summary>Raises ranks to those of the registers.</summary>
    public static void Merge(ReadOnlySpan<byte> registers, Span<byte> ranks)
    {
        int index = 0;
        for (int at = 0; at < RegisterBytes; at += 3)
        {
            int group = Load(registers, at);
            for (int shift = 0; shift < 24; shift += RegisterBits, index++)
                ranks[index] = (byte)Math.Max(ranks[index], (group >> shift) & RegisterMask);
        }
    }

    private static int Group(int index, out int shift)
    {
        shift = (index & 3) * RegisterBits;
        return (index >> 2) * 3;
    }

    private static int Load(ReadOnlySpan<byte> registers, int at) => registers[at] | (registers[at + 1] << 8) | (registers[at + 2] << 16);
}
