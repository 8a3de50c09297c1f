using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.HyperLogLog;

/// <summary>Commands that count distinct elements.</summary>
internal static class HyperLogLogCommands
{
    public static CommandFamily Family { get; } = new("hyperloglog",
    [
        new("pfadd", -2, Write | DenyOom | Fast, KeySpec.One, PfCommands.PfAdd) { Summary = "Adds elements to a HyperLogLog key. Creates the key if it doesn't exist.", Since = "2.8.9", Complexity = "O(1) to add every element" },
        new("pfcount", -2, ReadOnly | MayReplicate, KeySpec.All, PfCommands.PfCount) { Summary = "Returns the approximated cardinality of the set(s) observed by the HyperLogLog key(s).", Since = "2.8.9", Complexity = "O(1) with a very small average constant time when called with a single key, O(N) with N being the number of keys" },
        new("pfmerge", -2, Write | DenyOom, KeySpec.All, PfCommands.PfMerge) { Summary = "Merges one or more HyperLogLog values into a single key.", Since = "2.8.9", Complexity = "O(N) to merge N HyperLogLogs, but with high constant times" },
        new("pfdebug", 3, Write | DenyOom | Admin, KeySpec.Second, PfDebugCommand.PfDebug) { Summary = "Internal commands for debugging HyperLogLog values.", Since = "2.8.9", Complexity = "N/A" },
        new("pfselftest", 1, Admin, KeySpec.None, PfDebugCommand.PfSelfTest) { Summary = "An internal command for testing HyperLogLog values.", Since = "2.8.9", Complexity = "N/A" },
    ]);
}
