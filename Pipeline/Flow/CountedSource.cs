using System.Threading.Tasks.Dataflow;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>
/// Stands between a source and a counted block: a message that the block postponed and takes later is counted when it is taken. Equal for equal
/// sources, because TPL keeps one postponed message per source.
/// </summary>
internal sealed class CountedSource<T>(ISourceBlock<T> source, ITargetBlock<T> shell, Ledger ledger) : ISourceBlock<T>
{
    private readonly ISourceBlock<T> _source = source;

    public Task Completion => _source.Completion;

    /// <summary>Offers a message to the block inside <paramref name="shell"/> and counts it there if it is taken.</summary>
    public static DataflowMessageStatus Offer(
        ITargetBlock<T> inner, ITargetBlock<T> shell, Ledger ledger, DataflowMessageHeader header, T value, ISourceBlock<T>? source, bool consumeToAccept)
    {
        CountedSource<T>? counted = source is null ? null : new CountedSource<T>(source, shell, ledger);
        if (consumeToAccept)
            return inner.OfferMessage(header, value, counted, consumeToAccept);
        // Counted before it is offered: its handler may be done with it before the offer returns.
        ledger.BeginAccept();
        var status = DataflowMessageStatus.Declined;
        try
        {
            return status = inner.OfferMessage(header, value, counted, consumeToAccept);
        }
        finally
        {
            ledger.EndAccept(status == DataflowMessageStatus.Accepted);
        }
    }

    public T? ConsumeMessage(DataflowMessageHeader messageHeader, ITargetBlock<T> target, out bool messageConsumed)
    {
        T? value = _source.ConsumeMessage(messageHeader, shell, out messageConsumed);
        if (messageConsumed)
            ledger.Accept();
        return value;
    }

    public bool ReserveMessage(DataflowMessageHeader messageHeader, ITargetBlock<T> target) => _source.ReserveMessage(messageHeader, shell);

    public void ReleaseReservation(DataflowMessageHeader messageHeader, ITargetBlock<T> target) => _source.ReleaseReservation(messageHeader, shell);

    public IDisposable LinkTo(ITargetBlock<T> target, DataflowLinkOptions linkOptions) => throw new NotSupportedException();

    public void Complete() => throw new NotSupportedException();

    public void Fault(Exception exception) => throw new NotSupportedException();

    public override bool Equals(object? obj) => obj is CountedSource<T> other && ReferenceEquals(_source, other._source);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(_source);
}
