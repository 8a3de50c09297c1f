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
    private int _arrows;

    public CountedPropagator(FlowGraph graph, IPropagatorBlock<TIn, TOut> inner, Func<long> queueLength, Ledger ledger)
    {
        _graph = graph;
        _inner = inner;
        _output = (IReceivableSourceBlock<TOut>)inner;
        _queueLength = queueLength;
        _ledger = ledger;
    }

    public Task Completion => _inner.Completion;

    public long QueueLength => _queueLength();

    public LedgerReading Ledger => Completion.IsCompleted ? _ledger.ReadAtEnd() : _ledger.Read();

    public DataflowMessageStatus OfferMessage(DataflowMessageHeader messageHeader, TIn messageValue, ISourceBlock<TIn>? source, bool consumeToAccept) =>
        CountedSource<TIn>.Offer(_inner, this, _ledger, messageHeader, messageValue, source, consumeToAccept);

    /// <summary>
    /// Links the output; the arrow must have been declared by the target, completion does not travel on the link, and there is one arrow at a time: two would
    /// compete for each message.
    /// </summary>
    public IDisposable LinkTo(ITargetBlock<TOut> target, DataflowLinkOptions linkOptions)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(linkOptions);
        var link = new CountedLink<TOut>(_inner, target, _ledger);
        // A target outside the graph is a receive under way (ReceiveAsync links one for a moment).
        if (!_graph.RequireArrow(this, target))
            return _inner.LinkTo(link, linkOptions);
        if (linkOptions.PropagateCompletion)
            throw new ArgumentException("Completion crosses an arrow by the graph, when all sources have completed.", nameof(linkOptions));
        if (Interlocked.Exchange(ref _arrows, 1) != 0)
            throw new InvalidOperationException($"Block '{_graph.Find(this)?.Name}' feeds one block at a time: two links compete. Use a fan-out.");
        return new Arrow(this, _inner.LinkTo(link, linkOptions));
    }

    public bool TryReceive(Predicate<TOut>? filter, [MaybeNullWhen(false)] out TOut item)
    {
        bool received = false;
        _ledger.BeginTake();
        try
        {
            return received = _output.TryReceive(filter, out item);
        }
        finally
        {
            // The filter may throw.
            _ledger.EndTake(received ? 1 : 0);
        }
    }

    public bool TryReceiveAll([NotNullWhen(true)] out IList<TOut>? items)
    {
        _ledger.BeginTake();
        bool received = _output.TryReceiveAll(out items);
        _ledger.EndTake(received ? items!.Count : 0);
        return received;
    }

    public TOut? ConsumeMessage(DataflowMessageHeader messageHeader, ITargetBlock<TOut> target, out bool messageConsumed)
    {
        _ledger.BeginTake();
        TOut? value = _inner.ConsumeMessage(messageHeader, target, out messageConsumed);
        _ledger.EndTake(messageConsumed ? 1 : 0);
        return value;
    }

    public bool ReserveMessage(DataflowMessageHeader messageHeader, ITargetBlock<TOut> target) => _inner.ReserveMessage(messageHeader, target);

    public void ReleaseReservation(DataflowMessageHeader messageHeader, ITargetBlock<TOut> target) => _inner.ReleaseReservation(messageHeader, target);

    public void Complete() => _inner.Complete();

    public void Fault(Exception exception) => _inner.Fault(exception);

    public void Abandon(Exception cause)
    {
        _inner.Fault(cause);
        // Past the counted links: what is thrown away here is not done.
        _inner.LinkTo(DataflowBlock.NullTarget<TOut>(), new DataflowLinkOptions());
    }

    public void CountRefusal() => _ledger.RefuseAtDoor();

    private sealed class Arrow(CountedPropagator<TIn, TOut> owner, IDisposable link) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) != 0)
                return;
            link.Dispose();
            Volatile.Write(ref owner._arrows, 0);
        }
    }
}
