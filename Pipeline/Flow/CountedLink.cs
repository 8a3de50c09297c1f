using System.Threading.Tasks.Dataflow;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>Stands on an arrow out of a counted block: a message counts as done when the target has it, at once or by taking it later.</summary>
internal sealed class CountedLink<T>(ISourceBlock<T> source, ITargetBlock<T> target, Ledger ledger) : ITargetBlock<T>, ISourceBlock<T>
{
    public Task Completion => target.Completion;

    public DataflowMessageStatus OfferMessage(DataflowMessageHeader messageHeader, T messageValue, ISourceBlock<T>? source, bool consumeToAccept)
    {
        DataflowMessageStatus status = target.OfferMessage(messageHeader, messageValue, this, consumeToAccept);
        if (status == DataflowMessageStatus.Accepted && !consumeToAccept)
            ledger.Done();
        return status;
    }

    public T? ConsumeMessage(DataflowMessageHeader messageHeader, ITargetBlock<T> target, out bool messageConsumed)
    {
        ledger.BeginTake();
        T? value = source.ConsumeMessage(messageHeader, this, out messageConsumed);
        ledger.EndTake(messageConsumed ? 1 : 0);
        return value;
    }

    public bool ReserveMessage(DataflowMessageHeader messageHeader, ITargetBlock<T> target) => source.ReserveMessage(messageHeader, this);

    public void ReleaseReservation(DataflowMessageHeader messageHeader, ITargetBlock<T> target) => source.ReleaseReservation(messageHeader, this);

    public IDisposable LinkTo(ITargetBlock<T> target, DataflowLinkOptions linkOptions) => throw new NotSupportedException();

    public void Complete() => target.Complete();

    public void Fault(Exception exception) => target.Fault(exception);
}
