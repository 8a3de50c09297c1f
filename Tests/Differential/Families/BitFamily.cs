namespace DragonflyFlow.Tests.Differential.Families;

/// <summary>Commands on strings as rows of bits.</summary>
internal static class BitFamily
{
    internal static ScriptFamily Script { get; } = new("bitmap", Lines + "\n" + CommonCommands.Lines, "str", "GET", "<key>");

    private const string Lines = """
        BITCOUNT <str>
        BITCOUNT <str> <index> <index> [BYTE|BIT|NIBBLE]
        BITFIELD <str> (GET <bittype> <bitoffset>|SET <bittype> <bitoffset> <int>|INCRBY <bittype> <bitoffset> <int>|OVERFLOW (WRAP|SAT|FAIL))...
        BITFIELD <str> OVERFLOW (WRAP|SAT|FAIL|X) INCRBY <bittype> <bitoffset> <int> GET <bittype> <bitoffset>
        BITFIELD_RO <str> (GET <bittype> <bitoffset>)...
        BITFIELD_RO <str> SET <bittype> <bitoffset> <int>
        BITOP (AND|OR|XOR) <str> <str>...
        BITOP (NOT|NAND) <str> <str>
        BITPOS <str> (0|1|2) [<index> [<index> [BYTE|BIT]]]
        GETBIT <str> <bit>
        SETBIT <str> <bit> (0|1|2|1|0)
        APPEND <str> <value>
        SETRANGE <str> <offset> <value>
        """;
}
