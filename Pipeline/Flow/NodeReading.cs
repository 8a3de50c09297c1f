namespace DragonflyFlow.Pipeline.Flow;

/// <summary>One block of the graph as it is at this moment: a row of INFO flow and DEBUG FLOW.</summary>
/// <param name="Name">The block's name.</param>
/// <param name="Stage">When it stops.</param>
/// <param name="Upstreams">Names of the blocks that send to it; empty for a source.</param>
/// <param name="Bound">Messages inside at most; 0 if its posters bound it.</param>
/// <param name="QueueLength">Messages that wait in it.</param>
/// <param name="Ledger">Its counts.</param>
/// <param name="State">How far it has come.</param>
public sealed record NodeReading(
    string Name,
    Stage Stage,
    IReadOnlyList<string> Upstreams,
    int Bound,
    long QueueLength,
    LedgerReading Ledger,
    NodeState State)
{
    /// <summary>How long nothing has left it while messages were inside, as the watchdog has seen: its current message is that old at least. Zero outside a stop.</summary>
    public TimeSpan Unmoved { get; init; }
}
