namespace DragonflyFlow.Pipeline.Migration;

/// <summary>How far a migration of slots is, in Dragonfly's words. Finished, Fatal and Cancelled are never left again.</summary>
public enum MigrationState
{
    /// <summary>The source seeks the target, or the target waits for the source.</summary>
    Connecting,

    /// <summary>Keys and changes flow.</summary>
    Sync,

    /// <summary>The slots are the target's.</summary>
    Finished,

    /// <summary>The round failed; another one may follow.</summary>
    Error,

    /// <summary>It cannot succeed, and is not tried again (the target is out of memory).</summary>
    Fatal,

    /// <summary>A configuration has taken it back, or the node stops.</summary>
    Cancelled,
}

/// <summary>What the states have in common.</summary>
internal static class MigrationStates
{
    /// <summary>Whether a state is never left.</summary>
    public static bool IsOver(this MigrationState state) => state is MigrationState.Finished or MigrationState.Fatal or MigrationState.Cancelled;

    /// <summary>The word of SLOT-MIGRATION-STATUS.</summary>
    public static string Word(this MigrationState state) => state switch
    {
        MigrationState.Connecting => "CONNECTING",
        MigrationState.Sync => "SYNC",
        MigrationState.Finished => "FINISHED",
        MigrationState.Error => "ERROR",
        MigrationState.Fatal => "FATAL",
        _ => "CANCELLED",
    };
}
