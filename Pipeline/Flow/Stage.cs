namespace DragonflyFlow.Pipeline.Flow;

/// <summary>
/// The stages of the store in the order in which they stop (DESIGN rule 16). An arrow never leads to an earlier stage. A shard appears twice: its intake
/// closes early, but walks, streamers and the final snapshot still need it to run their slices, so its executor ends late (Pipeline/DECISIONS.md 2).
/// </summary>
public enum Stage
{
    /// <summary>Takes connections.</summary>
    Listener,

    /// <summary>Connections; parked, blocked and paused commands are released with an error.</summary>
    Sessions,

    /// <summary>Hands commands to shards.</summary>
    Router,

    /// <summary>Whatever else gives the shards work that changes them: gates, expiry tickers. Once this has ended no client's change is to come.</summary>
    ShardIntake,

    /// <summary>Migration and replication drivers.</summary>
    Drivers,

    /// <summary>Traversals of snapshots and migrations under way.</summary>
    Walks,

    /// <summary>Restore streamers and replica streams.</summary>
    Streamers,

    /// <summary>Files and sockets at the end of streams.</summary>
    Sinks,

    /// <summary>The snapshot made at a stop, with its own walks and sinks.</summary>
    FinalSnapshot,

    /// <summary>The journal: nothing can change a shard any more.</summary>
    Journal,

    /// <summary>The shard blocks themselves: nothing can ask them for anything any more.</summary>
    ShardExecutors,

    /// <summary>Release of shard memory, after everything that can read it has ended.</summary>
    Memory,

    /// <summary>The last words: reports, logs, the exit code.</summary>
    Exit,
}
