// Concurrency rule: _state is the only shared word: how many are inside, and ClosedBit. The one who brings it to "closed, nobody inside" ends the block.

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>
/// Counts who is inside, and once completed lets nobody in and ends when the last has left. For work that is not a queue: requests in flight, sessions,
/// leases. "Cancelled" is not "quiesced": what follows a gate stops only when the gate has ended.
/// </summary>
public sealed class Gate : IFlowBlock
{
    private const long ClosedBit = 1L << 62;

    private readonly string _name;
    private readonly Action? _closing;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Ledger _ledger = new();
    private long _state;
    private Exception? _fault;

    internal Gate(string name, Action? closing)
    {
        _name = name;
        _closing = closing;
    }

    /// <inheritdoc />
    public Task Completion => _completion.Task;

    /// <summary>How many are inside.</summary>
    public long Inside => Interlocked.Read(ref _state) & ~ClosedBit;

    /// <summary>Whether nobody is let in any more.</summary>
    public bool IsClosed => (Interlocked.Read(ref _state) & ClosedBit) != 0;

    /// <summary>Nobody waits in a gate.</summary>
    public long QueueLength => 0;

    /// <inheritdoc />
    public LedgerReading Ledger => _ledger.Read();

    /// <summary>Lets the caller in, who must <see cref="Exit"/>; false, counted as refused, if the gate is closed.</summary>
    public bool TryEnter()
    {
        if ((Interlocked.Increment(ref _state) & ClosedBit) == 0)
        {
            _ledger.Accept();
            return true;
        }

        _ledger.RefuseAtDoor();
        StepOut();
        return false;
    }

    /// <summary>The caller has left.</summary>
    /// <exception cref="InvalidOperationException">More have left than came in.</exception>
    public void Exit()
    {
        if (Inside == 0)
            throw new InvalidOperationException($"More left gate '{_name}' than came in.");
        _ledger.Done();
        StepOut();
    }

    /// <summary>Closes the gate: tells the owner once, so that it can hurry those inside, and ends when the last has left.</summary>
    public void Complete()
    {
        // One entrant of its own, so that the end cannot come before the owner has been told.
        Interlocked.Increment(ref _state);
        bool first = (Interlocked.Or(ref _state, ClosedBit) & ClosedBit) == 0;
        try
        {
            if (first)
                _closing?.Invoke();
        }
        finally
        {
            StepOut();
        }
    }

    /// <inheritdoc />
    public void Fault(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Interlocked.CompareExchange(ref _fault, exception, null);
        Complete();
    }

    private void StepOut()
    {
        if (Interlocked.Decrement(ref _state) != ClosedBit)
            return;
        if (Volatile.Read(ref _fault) is { } fault)
            _completion.TrySetException(fault);
        else
            _completion.TrySetResult();
    }
}
