namespace DragonflyFlow.Pipeline.Flow;

/// <summary>What a drain found.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Fault">Why the block faulted, if it did; it never does by its deadline.</param>
/// <param name="Ledger">The block's counts at the end.</param>
public sealed record DrainResult(DrainOutcome Outcome, FlowFaultException? Fault, LedgerReading Ledger)
{
    /// <summary>Messages that were inside and are lost.</summary>
    public long Abandoned => Ledger.Inside;
}
