namespace DragonflyFlow.Pipeline.Flow;

/// <summary>How well a stop went; the worst that happened.</summary>
public enum StopVerdict
{
    /// <summary>Every block ended in order and every ledger balances.</summary>
    Clean,

    /// <summary>A block ended in a fault.</summary>
    Faulted,

    /// <summary>A block ended in order, but its ledger does not balance: messages were lost, and that is a bug.</summary>
    Unbalanced,

    /// <summary>A block had to be given up at its deadline; what was inside is counted as abandoned.</summary>
    TimedOut,

    /// <summary>A block still runs; what it might read has not been released, and the process exits with it.</summary>
    Stuck,
}
