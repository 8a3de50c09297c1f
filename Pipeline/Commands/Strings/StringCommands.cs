using DragonflyFlow.Pipeline.Journal;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Strings;

/// <summary>Commands on strings.</summary>
internal static class StringCommands
{
    private const string PerKey = "O(N) where N is the number of keys";

    public static CommandFamily Family { get; } = new("string",
    [
        new("append", 3, Write | DenyOom | Fast, KeySpec.One, StringChanges.Append) { Summary = "Appends a string to the value of a key. Creates the key if it doesn't exist.", Since = "2.0.0", Complexity = "O(1) amortized" },
        new("decr", 2, Write | DenyOom | Fast, KeySpec.One, StringCounters.Decr) { Summary = "Decrements the integer value of a key by one. Uses 0 as initial value if the key doesn't exist." },
        new("decrby", 3, Write | DenyOom | Fast, KeySpec.One, StringCounters.DecrBy) { Summary = "Decrements a number from the integer value of a key. Uses 0 as initial value if the key doesn't exist." },
        new("get", 2, ReadOnly | Fast, KeySpec.One, StringReads.Get) { Summary = "Returns the string value of a key." },
        new("getdel", 2, Write | Fast, KeySpec.One, StringChanges.GetDel) { Summary = "Returns the string value of a key after deleting the key.", Since = "6.2.0" },
        new("getex", -2, Write | Fast, KeySpec.One, StringChanges.GetEx) { Rewrite = Effects.Expiry, Summary = "Returns the string value of a key after setting its expiration time.", Since = "6.2.0" },
        new("getrange", 4, ReadOnly | Light, KeySpec.One, StringReads.GetRange) { Summary = "Returns a substring of the string stored at a key.", Since = "2.4.0", Complexity = "O(N) where N is the length of the returned string" },
        new("getset", 3, Write | DenyOom | Fast, KeySpec.One, SetCommand.GetSet) { Rewrite = Effects.State, Summary = "Returns the previous string value of a key after setting it to a new value." },
        new("incr", 2, Write | DenyOom | Fast, KeySpec.One, StringCounters.Incr) { Summary = "Increments the integer value of a key by one. Uses 0 as initial value if the key doesn't exist." },
        new("incrby", 3, Write | DenyOom | Fast, KeySpec.One, StringCounters.IncrBy) { Summary = "Increments the integer value of a key by a number. Uses 0 as initial value if the key doesn't exist." },
        new("incrbyfloat", 3, Write | DenyOom | Fast, KeySpec.One, StringCounters.IncrByFloat) { Rewrite = Effects.State, Summary = "Increments the floating point value of a key by a number. Uses 0 as initial value if the key doesn't exist.", Since = "2.6.0" },
        new("lcs", -3, ReadOnly, KeySpec.Two, LcsCommand.Lcs) { Summary = "Finds the longest common substring.", Since = "7.0.0", Complexity = "O(N*M) where N and M are the lengths of s1 and s2, respectively" },
        new("mget", -2, ReadOnly | Fast, KeySpec.All, ManyStrings.MGet) { Parts = PartReply.Elements, Summary = "Atomically returns the string values of one or more keys.", Complexity = PerKey },
        new("mset", -3, Write | DenyOom | Light, KeySpec.Pairs, ManyStrings.MSet) { Rewrite = Effects.State, Parts = PartReply.Ok, Summary = "Atomically creates or modifies the string values of one or more keys.", Since = "1.0.1", Complexity = PerKey },
        new("msetnx", -3, Write | DenyOom | Light, KeySpec.Pairs, ManyStrings.MSetNx) { Rewrite = Effects.State, Summary = "Atomically modifies the string values of one or more keys only when all keys don't exist.", Since = "1.0.1", Complexity = PerKey },
        new("psetex", 4, Write | DenyOom | Light, KeySpec.One, SetCommand.PSetEx) { Rewrite = Effects.State, Summary = "Sets both string value and expiration time in milliseconds of a key. The key is created if it doesn't exist.", Since = "2.6.0" },
        new("set", -3, Write | DenyOom | Light, KeySpec.One, SetCommand.Set) { Rewrite = Effects.State, Summary = "Sets the string value of a key, ignoring its type. The key is created if it doesn't exist." },
        new("setex", 4, Write | DenyOom | Light, KeySpec.One, SetCommand.SetEx) { Rewrite = Effects.State, Summary = "Sets the string value and expiration time of a key. Creates the key if it doesn't exist.", Since = "2.0.0" },
        new("setnx", 3, Write | DenyOom | Fast, KeySpec.One, SetCommand.SetNx) { Rewrite = Effects.State, Summary = "Set the string value of a key only when the key doesn't exist." },
        new("setrange", 4, Write | DenyOom | Light, KeySpec.One, StringChanges.SetRange) { Summary = "Overwrites a part of a string value with another by an offset. Creates the key if it doesn't exist.", Since = "2.2.0", Complexity = "O(1) when no bytes have to be added and the value is short, else O(M) where M is the length of the value" },
        new("strlen", 2, ReadOnly | Fast, KeySpec.One, StringReads.StrLen) { Summary = "Returns the length of a string value.", Since = "2.2.0" },
        new("substr", 4, ReadOnly | Light, KeySpec.One, StringReads.GetRange) { Summary = "Returns a substring from a string value.", Complexity = "O(N) where N is the length of the returned string" },
    ]);
}
