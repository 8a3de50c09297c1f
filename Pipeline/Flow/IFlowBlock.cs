using System.Threading.Tasks.Dataflow;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>What <see cref="FlowGraph"/> needs of a block besides TPL's contract: how much waits in it, and its ledger.</summary>
public interface IFlowBlock : IDataflowBlock
{
    /// <summary>Messages that wait inside, those being run not counted; a moment's reading, any thread.</summary>
    long QueueLength { get; }

    /// <summary>The block's counts; a moment's reading, exact once the block has completed. Any thread.</summary>
    LedgerReading Ledger { get; }

    /// <summary>
    /// Gives the block up: faults it and throws away what it holds, output nobody has read included, so that its Completion can come (a fault
    /// alone does not do that once the block was completed, dotnet/runtime#59197). What is thrown away stays "inside" in the ledger.
    /// </summary>
    void Abandon(Exception cause) => Fault(cause);
}
