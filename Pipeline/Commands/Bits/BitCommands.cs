using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Bits;

/// <summary>Commands on the bits of strings.</summary>
internal static class BitCommands
{
    private static readonly KeySpec DestinationAndSources = new(2, -1, 1);

    public static CommandFamily Family { get; } = new("bitmap",
    [
        new("bitcount", -2, ReadOnly, KeySpec.One, BitReads.BitCount) { Summary = "Counts the number of set bits (population counting) in a string.", Since = "2.6.0", Complexity = "O(N)" },
        new("bitfield", -2, Write | DenyOom, KeySpec.One, BitFieldCommand.BitField) { Summary = "Performs arbitrary bitfield integer operations on strings.", Since = "3.2.0", Complexity = "O(1) for each subcommand specified" },
        new("bitfield_ro", -2, ReadOnly | Fast, KeySpec.One, BitFieldCommand.BitFieldReadOnly) { Summary = "Performs arbitrary read-only bitfield integer operations on strings.", Since = "6.0.0", Complexity = "O(1) for each subcommand specified" },
        new("bitop", -4, Write | DenyOom, DestinationAndSources, BitWrites.BitOp) { Summary = "Performs bitwise operations on multiple strings, and stores the result.", Since = "2.6.0", Complexity = "O(N)" },
        new("bitpos", -3, ReadOnly, KeySpec.One, BitReads.BitPos) { Summary = "Finds the first set (1) or clear (0) bit in a string.", Since = "2.8.7", Complexity = "O(N)" },
        new("getbit", 3, ReadOnly | Fast, KeySpec.One, BitReads.GetBit) { Summary = "Returns a bit value by offset.", Since = "2.2.0" },
        new("setbit", 4, Write | DenyOom | Light, KeySpec.One, BitWrites.SetBit) { Summary = "Sets or clears the bit at offset of the string value. Creates the key if it doesn't exist.", Since = "2.2.0" },
    ]);
}
