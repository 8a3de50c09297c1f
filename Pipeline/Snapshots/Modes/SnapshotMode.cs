namespace DragonflyFlow.Pipeline.Snapshots.Modes;

/// <summary>Which moment a snapshot shows, and what it costs the clients: for comparisons.</summary>
public enum SnapshotMode
{
    /// <summary>The state at the begin, while commands go on: what is about to change is written first.</summary>
    Conservative,

    /// <summary>The state at the end: what changes after it was written is written again.</summary>
    Relaxed,

    /// <summary>The state at the begin, and no command runs before all of it has left the shards.</summary>
    StopTheWorld,

    /// <summary>Conservative behind a pause of all shards as long as a fork of a process of this size would take.</summary>
    Fork,
}
