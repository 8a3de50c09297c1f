using System.Threading.Tasks.Dataflow;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>A stock <see cref="ActionBlock{TInput}"/> in its place in the graph: counts what comes in; its guarded handler counts what becomes of it.</summary>
internal sealed class CountedTarget<T>(ActionBlock<T> inner, Ledger ledger) : ITargetBlock<T>, IFlowBlock, IRefusalCounter
{
    public Task Completion => inner.Completion;

    public long QueueLength => inner.InputCount;

    public LedgerReading Ledger => Completion.IsCompleted ? ledger.ReadAtEnd() : ledger.Read();

    public DataflowMessageStatus OfferMessage(DataflowMessageHeader messageHeader, T messageValue, ISourceBlock<T>? source, bool consumeToAccept) =>
        CountedSource<T>.Offer(inner, this, ledger, messageHeader, messageValue, source, consumeToAccept);

    public void Complete() => inner.Complete();

    public void Fault(Exception exception) => ((IDataflowBlock)inner).Fault(exception);

    public void CountRefusal() => ledger.RefuseAtDoor();
}
