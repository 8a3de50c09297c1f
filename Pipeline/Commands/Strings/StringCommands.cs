using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Strings;

/// <summary>Commands on strings.</summary>
internal static class StringCommands
{
    public static CommandFamily Family { get; } = new("string",
    [
        new("get", 2, ReadOnly | Fast, KeySpec.One, StringReads.Get) { Summary = "Returns the string value of a key." },
        new("set", -3, Write | DenyOom | Light, KeySpec.One, SetCommand.Set) { Summary = "Sets the string value of a key, ignoring its type. The key is created if it doesn't exist." },
        new("incr", 2, Write | DenyOom | Fast, KeySpec.One, StringCounters.Incr) { Summary = "Increments the integer value of a key by one. Uses 0 as initial value if the key doesn't exist." },
    ]);
}
