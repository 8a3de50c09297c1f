namespace DragonflyFlow.Storage.Memory;

/// <summary>What an arena is made with.</summary>
public sealed record ArenaOptions
{
    /// <summary>
    /// The environment variable (1 = on) and the AppContext switch that turn <see cref="Checked"/> on for a whole process.
    /// </summary>
    public const string CheckedSwitch = "DFLOW_CHECKED_MEMORY";

    /// <summary>
    /// Whether the process asked for checked memory. A static readonly, so that the compiler drops what hangs on it when it is off.
    /// </summary>
    internal static readonly bool CheckedProcess =
        Environment.GetEnvironmentVariable(CheckedSwitch) == "1" || (AppContext.TryGetSwitch(CheckedSwitch, out bool on) && on);

    /// <summary>The arena's name in messages, for instance "shard-0".</summary>
    public string Name { get; init; } = "arena";

    /// <summary>
    /// Every block stands alone with a generation, guard bytes and poison after it is freed, so that use after free, double free and
    /// overrun are found. Slow and big: for tests and for hunting. Default: <see cref="CheckedSwitch"/>.
    /// </summary>
    public bool Checked { get; init; } = CheckedProcess;
}
