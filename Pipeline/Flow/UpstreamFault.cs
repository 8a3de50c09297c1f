namespace DragonflyFlow.Pipeline.Flow;

/// <summary>What the end of an upstream block in a fault, or not at all, means for a block.</summary>
public enum UpstreamFault
{
    /// <summary>The block faults with the first cause: what reaches it is a part that must not pass for the whole (a stream, a file).</summary>
    Faults,

    /// <summary>The block completes as usual: it owns state of its own that must be brought home (shards, journal, sessions).</summary>
    Completes,
}
