namespace DragonflyFlow.Pipeline.Scripting;

/// <summary>How one run of a script or function is bounded.</summary>
/// <param name="Held">The shards that are held while it runs, one bit each.</param>
/// <param name="Keys">How many of its arguments are keys.</param>
/// <param name="ReadOnly">Whether commands that may change data are refused.</param>
/// <param name="AllowsOom">Whether its commands may grow the store when memory is used up.</param>
internal readonly record struct ScriptRun(ulong Held, int Keys, bool ReadOnly, bool AllowsOom)
{
    /// <summary>Where the keys begin: EVAL source count key ..., FCALL name count key ...</summary>
    public const int FirstKey = 3;

    /// <summary>Cluster mode: the slot of its keys; -1 if it has none.</summary>
    public int Slot { get; init; } = -1;

    /// <summary>Whether CLIENT CACHING was given for it.</summary>
    public bool CachingGiven { get; init; }

    /// <summary>Cluster mode: whether it may use keys of several hash slots, one after the other.</summary>
    public bool MayCrossSlots { get; init; }
}
