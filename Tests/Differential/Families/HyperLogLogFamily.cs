namespace DragonflyFlow.Tests.Differential.Families;

/// <summary>Commands that count distinct elements; their strings are those of Redis, byte for byte.</summary>
internal static class HyperLogLogFamily
{
    internal static ScriptFamily Script { get; } = new("hyperloglog", Lines + "\n" + CommonCommands.Lines, "hll", "GET", "<key>");

    private const string Lines = """
        PFADD <hll> [<member>...]
        PFADD <hll> <manymember>*60
        PFADD <hll> <manyint>*300
        PFADD <hll> <value>
        PFCOUNT <hll>
        PFCOUNT <hll>...
        PFMERGE <hll> <hll>...
        PFMERGE <hll>
        SET <hll> <value>
        DEL <hll>
        STRLEN <hll>
        GETRANGE <hll> 0 <index>
        PFDEBUG ENCODING <hll>
        """;
}
