namespace DragonflyFlow.Pipeline.Flow;

/// <summary>The release of a resource as a block: Complete runs it, once. Given up before that, it never runs.</summary>
internal sealed class ReleaseBlock(Func<Task> release) : IFlowBlock
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Ledger _ledger = new();
    private int _begun;

    public Task Completion => _completion.Task;

    public long QueueLength => 0;

    public LedgerReading Ledger => _ledger.Read();

    /// <summary>The run itself, so that it is nobody's detached work.</summary>
    internal Task Running { get; private set; } = Task.CompletedTask;

    public void Complete()
    {
        if (Interlocked.Exchange(ref _begun, 1) == 0)
            Running = RunAsync();
    }

    public void Fault(Exception exception)
    {
        if (Interlocked.Exchange(ref _begun, 1) == 0)
            _completion.TrySetException(exception);
    }

    private async Task RunAsync()
    {
        _ledger.Accept();
        try
        {
            await release();
            _ledger.Done();
            _completion.TrySetResult();
        }
        catch (Exception thrown)
        {
            _ledger.Fail();
            _completion.TrySetException(thrown);
        }
    }
}
