using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Pipeline.Flow;

/// <summary>A block of our own whose life a test leads. Told to complete it does so at once, unless the test wants otherwise.</summary>
internal sealed class FakeBlock : IFlowBlock
{
    public TaskCompletionSource Ending { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What Complete does; null: ends in order.</summary>
    public Action? OnComplete { get; init; }

    /// <summary>What a fault does besides.</summary>
    public Action OnFault { get; init; } = () => { };

    /// <summary>Whether a fault ends the block; one that does not is stuck.</summary>
    public bool EndsByFault { get; init; } = true;

    public int Completes { get; private set; }

    public List<Exception> Faults { get; } = [];

    public Task Completion => Ending.Task;

    public long QueueLength { get; init; }

    public LedgerReading Ledger { get; set; }

    public void Complete()
    {
        Completes++;
        if (OnComplete is null)
            Ending.TrySetResult();
        else
            OnComplete();
    }

    public void Fault(Exception exception)
    {
        Faults.Add(exception);
        OnFault();
        if (EndsByFault)
            Ending.TrySetException(exception);
    }
}
