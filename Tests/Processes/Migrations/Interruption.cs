namespace DragonflyFlow.Tests.Processes.Migrations;

/// <summary>What comes between a migration and its end.</summary>
internal enum Interruption
{
    /// <summary>SIGTERM to the source: it saves, ends with 0, and comes back with all it had.</summary>
    StopSource,

    /// <summary>All links end.</summary>
    Cut,

    /// <summary>SIGKILL to the target: what it owned is lost, and nothing else.</summary>
    KillTarget,

    /// <summary>Nothing passes for longer than anything may take.</summary>
    StallLong,

    /// <summary>FLUSHALL at the source: what it owns at that moment is gone, on all shards.</summary>
    FlushSource,

    /// <summary>SIGTERM to the target.</summary>
    StopTarget,

    /// <summary>One link is reset (RST), several times.</summary>
    ResetSome,

    /// <summary>A configuration takes the migration back, and may begin it anew at once.</summary>
    Reconfigure,

    /// <summary>SIGKILL to the source.</summary>
    KillSource,

    /// <summary>The target reads the end of a link.</summary>
    HalfCloseTarget,

    /// <summary>Few bytes a second.</summary>
    Slow,

    /// <summary>FLUSHALL at the target.</summary>
    FlushTarget,

    /// <summary>The source reads the end of a link.</summary>
    HalfCloseSource,

    /// <summary>Nothing passes for a moment.</summary>
    Stall,

    /// <summary>All links are reset (RST), and no new ones come for a while.</summary>
    ResetAll,
}
