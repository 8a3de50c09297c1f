namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>What a function says of itself when it is registered.</summary>
[Flags]
internal enum FunctionFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Commands that may change data are refused, and FCALL_RO may call it.</summary>
    NoWrites = 1,

    /// <summary>It may run, and grow the store, when memory is used up.</summary>
    AllowOom = 1 << 1,

    /// <summary>It may run on a replica that has lost its master.</summary>
    AllowStale = 1 << 2,

    /// <summary>It may not run in a cluster.</summary>
    NoCluster = 1 << 3,

    /// <summary>Its keys may lie in several slots.</summary>
    AllowCrossSlotKeys = 1 << 4,

    /// <summary>Not among Redis's flags: it uses no key but those it is called with, so it runs on their shards alone.</summary>
    DisallowUndeclaredKeys = 1 << 5,
}

/// <summary>The flags by their names.</summary>
internal static class FunctionFlagNames
{
    private static readonly (string Name, FunctionFlags Flag)[] Names =
    [
        ("no-writes", FunctionFlags.NoWrites),
        ("allow-oom", FunctionFlags.AllowOom),
        ("allow-stale", FunctionFlags.AllowStale),
        ("no-cluster", FunctionFlags.NoCluster),
        ("allow-cross-slot-keys", FunctionFlags.AllowCrossSlotKeys),
        ("disallow-undeclared-keys", FunctionFlags.DisallowUndeclaredKeys),
    ];

    /// <summary>The flag of this name; false if there is none.</summary>
    public static bool TryParse(string name, out FunctionFlags flag)
    {
        flag = Array.Find(Names, entry => entry.Name == name).Flag;
        return flag != FunctionFlags.None;
    }

    /// <summary>The names of the flags that are set, in Redis's order.</summary>
    public static string[] Of(FunctionFlags flags) => [.. Names.Where(entry => (flags & entry.Flag) != 0).Select(entry => entry.Name)];
}
