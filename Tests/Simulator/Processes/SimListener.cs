using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Simulator.Processes;

/// <summary>The stage Listener of a simulated process: takes connections until it is completed.</summary>
internal sealed class SimListener : IFlowBlock
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Ledger _ledger = new();

    public Task Completion => _completion.Task;

    public long QueueLength => 0;

    public LedgerReading Ledger => _ledger.Read();

    /// <summary>Counts a connection that asks to be taken; false if none is taken any more.</summary>
    public bool TryAccept()
    {
        if (_completion.Task.IsCompleted)
        {
            _ledger.RefuseAtDoor();
            return false;
        }

        _ledger.Accept();
        _ledger.Done();
        return true;
    }

    public void Complete() => _completion.TrySetResult();

    public void Fault(Exception exception) => _completion.TrySetException(exception);
}
