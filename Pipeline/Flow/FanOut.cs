// Concurrency rule: DeliverAsync runs for one message at a time (the block inside has parallelism 1). _branches is replaced, never changed, under _lock.

using System.Threading.Tasks.Dataflow;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>
/// Gives every message to every branch, in one order, waiting for room in each. A branch that stalls beyond the deadline or takes no more is faulted and
/// dropped, and the others go on; if it was essential, or the last, the fan-out itself faults. (A stock BroadcastBlock overwrites instead, dotnet/runtime#1177.)
/// </summary>
public sealed class FanOut<T> : ITargetBlock<T>, IFlowBlock, IRefusalCounter
{
    /// <summary>How many losses are kept.</summary>
    public const int LossesMax = 32;

    private readonly FlowGraph _graph;
    private readonly string _name;
    private readonly TimeSpan _stallDeadline;
    private readonly Lock _lock = new();
    private CountedTarget<T> _inner = null!;
    private Branch[] _branches = [];
    private BranchLoss[] _losses = [];

    internal FanOut(FlowGraph graph, string name, TimeSpan stallDeadline)
    {
        if (stallDeadline <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(stallDeadline), stallDeadline, $"Fan-out '{name}': a branch needs some time.");
        _graph = graph;
        _name = name;
        _stallDeadline = stallDeadline;
    }

    /// <inheritdoc />
    public Task Completion => _inner.Completion;

    /// <inheritdoc />
    public long QueueLength => _inner.QueueLength;

    /// <inheritdoc />
    public LedgerReading Ledger => _inner.Ledger;

    /// <summary>The branches that were lost last, in order, <see cref="LossesMax"/> at most.</summary>
    public IReadOnlyList<BranchLoss> Losses => Volatile.Read(ref _losses);

    /// <summary>Told when a message has been taken by all branches, or lost with the branch that did not take it: who feeds the fan-out may send more.</summary>
    public Action<T>? Delivered { get; set; }

    /// <summary>How many branches there are.</summary>
    public int Branches => Volatile.Read(ref _branches).Length;

    /// <summary>
    /// Attaches a branch, a block of the graph that declares this one upstream. It gets every message delivered from now on. An essential branch takes the whole
    /// fan-out with it when it is lost.
    /// </summary>
    public void AddBranch(ITargetBlock<T> target, bool essential = false, TimeSpan? stallDeadline = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        _graph.RequireArrow(this, target);
        FlowNode node = _graph.Find(target) ?? throw new InvalidOperationException($"A branch of fan-out '{_name}' is not in the graph.");
        lock (_lock)
            _branches = [.. _branches, new Branch(target, node, essential, new StallClock(stallDeadline ?? _stallDeadline, _graph.Settings.Time))];
    }

    /// <summary>Detaches a branch in order: it gets no message from now on. False if it is not, or no longer, attached.</summary>
    public bool RemoveBranch(ITargetBlock<T> target)
    {
        lock (_lock)
        {
            int before = _branches.Length;
            _branches = [.. _branches.Where(branch => !ReferenceEquals(branch.Target, target))];
            return _branches.Length < before;
        }
    }

    /// <inheritdoc />
    public DataflowMessageStatus OfferMessage(DataflowMessageHeader messageHeader, T messageValue, ISourceBlock<T>? source, bool consumeToAccept) =>
        _inner.OfferMessage(messageHeader, messageValue, source, consumeToAccept);

    /// <inheritdoc />
    public void Complete() => _inner.Complete();

    /// <inheritdoc />
    public void Fault(Exception exception) => _inner.Fault(exception);

    void IRefusalCounter.CountRefusal() => _inner.CountRefusal();

    internal void Attach(CountedTarget<T> inner) => _inner = inner;

    internal async Task DeliverAsync(T message)
    {
        Branch[] branches = Volatile.Read(ref _branches);
        if (branches.Length == 0)
            throw new InvalidOperationException("There is no branch to deliver to.");
        // Every branch is offered the message before any is waited for (DESIGN rule 12).
        var sends = new Task<bool>[branches.Length];
        for (int i = 0; i < branches.Length; i++)
            sends[i] = branches[i].Target.SendAsync(message, branches[i].Stall.Token);
        for (int i = 0; i < branches.Length; i++)
        {
            if (!sends[i].IsCompleted)
                branches[i].Stall.Start();
        }

        FlowFaultException? fatal = null;
        for (int i = 0; i < branches.Length; i++)
        {
            if (await OutcomeAsync(branches[i], sends[i]) is { } cause && Lose(branches[i], cause))
                fatal ??= cause;
        }

        // Nobody waits any more: no timer is left that would outlive the operation.
        foreach (Branch branch in branches)
            branch.Stall.Stop();
        Delivered?.Invoke(message);
        if (fatal is not null)
            throw fatal;
    }

    private async Task<FlowFaultException?> OutcomeAsync(Branch branch, Task<bool> send)
    {
        try
        {
            if (await send)
                return null;
        }
        catch (OperationCanceledException) when (branch.Stall.HasRun)
        {
            return new FlowFaultException(branch.Node.Name, new TimeoutException($"It took no message from '{_name}' for {branch.Stall.Deadline}."));
        }
        catch (Exception thrown)
        {
            return FlowFaultException.Of(branch.Node.Name, thrown);
        }

        return await EndOfAsync(branch);
    }

    // A block says no before its end is known: that tells why. One that does not end has the time of a stall.
    private async Task<FlowFaultException> EndOfAsync(Branch branch)
    {
        branch.Stall.Start();
        try
        {
            await branch.Target.Completion.WaitAsync(branch.Stall.Token);
        }
        catch (OperationCanceledException) when (branch.Stall.HasRun)
        {
            // Stuck: there is no reason to be had.
        }
        catch (Exception thrown)
        {
            return branch.Node.Fault ?? FlowFaultException.Of(branch.Node.Name, thrown);
        }

        return branch.Node.Fault ?? new FlowFaultException(branch.Node.Name, new InvalidOperationException($"It takes no more messages from '{_name}'."));
    }

    // True if the fan-out cannot go on without the branch.
    private bool Lose(Branch branch, FlowFaultException cause)
    {
        bool last;
        lock (_lock)
        {
            _branches = [.. _branches.Where(other => !ReferenceEquals(other, branch))];
            _losses = [.. _losses.TakeLast(LossesMax - 1), new BranchLoss(branch.Node.Name, cause)];
            last = _branches.Length == 0;
        }

        branch.Node.Block.Abandon(cause);
        return branch.Essential || last;
    }

    private sealed record Branch(ITargetBlock<T> Target, FlowNode Node, bool Essential, StallClock Stall);
}
