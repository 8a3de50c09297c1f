using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks.Dataflow;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>
/// A stock block with input and output in its place in the graph. A message counts as done when it has been handed on, so what waits in the output is
/// still inside. Completion crosses its arrows by the graph alone.
/// </summary>
internal sealed class CountedPropagator<TIn, TOut> : IPropagatorBlock<TIn, TOut>, IReceivableSourceBlock<TOut>, IFlowBlock, IRefusalCounter
{
    private readonly IPropagatorBlock<TIn, TOut> _inner;
    private readonly IReceivableSourceBlock<TOut> _output;
    private readonly Func<long> _queueLength;
    private readonly FlowGraph _graph;
    private readonly Ledger _ledger;
    private readonly GuardedHandler _guard;

    public CountedPropagator(FlowGraph graph, IPropagatorBlock<TIn, TOut> inner, Func<long> queueLength, Ledger ledger, GuardedHandler guard)
    {
        _guard = guard;
        _graph = graph;
        _inner = inner;
        _output = (IReceivableSourceBlock<TOut>)inner;
        _queueLength = queueLength;
        _ledger = ledger;
    }

    public Task Completion => _inner.Completion;

    public long QueueLength => _queueLength();

    public LedgerReading Ledger => _ledger.Read();

    public DataflowMessageStatus OfferMessage(DataflowMessageHeader messageHeader, TIn messageValue, ISourceBlock<TIn>? source, bool consumeToAccept) =>
        CountedSource<TIn>.Offer(_inner, this, _ledger, messageHeader, messageValue, source, consumeToAccept);

    /// <summary>Links the output; the arrow must have been declared by the target, and completion does not travel on the link.</summary>
    public IDisposable LinkTo(ITargetBlock<TOut> target, DataflowLinkOptions linkOptions)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(linkOptions);
        if (linkOptions.PropagateCompletion)
            throw new ArgumentException("Completion crosses an arrow by the graph, when all sources have completed.", nameof(linkOptions));
        _graph.RequireArrow(this, target);
        return _inner.LinkTo(new CountedLink<TOut>(_inner, target, _ledger), linkOptions);
    }

    public bool TryReceive(Predicate<TOut>? filter, [MaybeNullWhen(false)] out TOut item)
    {
        bool received = _output.TryReceive(filter, out item);
        if (received)
            _ledger.Done();
        return received;
    }

    public bool TryReceiveAll([NotNullWhen(true)] out IList<TOut>? items)
    {
        bool received = _output.TryReceiveAll(out items);
        if (received)
            _ledger.Done(items!.Count);
        return received;
    }

    public TOut? ConsumeMessage(DataflowMessageHeader messageHeader, ITargetBlock<TOut> target, out bool messageConsumed)
    {
        TOut? value = _inner.ConsumeMessage(messageHeader, target, out messageConsumed);
        if (messageConsumed)
            _ledger.Done();
        return value;
    }

    public bool ReserveMessage(DataflowMessageHeader messageHeader, ITargetBlock<TOut> target) => _inner.ReserveMessage(messageHeader, target);

    public void ReleaseReservation(DataflowMessageHeader messageHeader, ITargetBlock<TOut> target) => _inner.ReleaseReservation(messageHeader, target);

    public void Complete() => _inner.Complete();

    public void Fault(Exception exception) => _inner.Fault(exception);

    public void Abandon(Exception cause)
    {
        _guard.Abandon(cause);
        _inner.Fault(cause);
        // Past the counted links: what is thrown away here is not done.
        _inner.LinkTo(DataflowBlock.NullTarget<TOut>(), new DataflowLinkOptions());
    }

    public void CountRefusal() => _ledger.RefuseAtDoor();
}
