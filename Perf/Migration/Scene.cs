namespace DragonflyFlow.Perf.Migration;

/// <summary>Who else wants the machine while slots move.</summary>
internal enum Scene
{
    /// <summary>Nobody but a probe; the target is empty.</summary>
    Idle,

    /// <summary>Clients, all served by the source before the slots move: the target becomes one more process that wants a core.</summary>
    HalfWrites,

    /// <summary>Clients whom both nodes serve before as afterwards, as when a cluster is balanced anew.</summary>
    BothServe,
}

/// <summary>What scenes are called in tables.</summary>
internal static class Scenes
{
    /// <summary>Its name.</summary>
    public static string Name(this Scene scene) => scene switch
    {
        Scene.Idle => "idle",
        Scene.HalfWrites => "half writes",
        Scene.BothServe => "half writes, both serve",
        _ => throw new ArgumentOutOfRangeException(nameof(scene)),
    };
}
