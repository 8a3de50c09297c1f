// Concurrency rule: the structure is fixed at construction; what changes is written under the graph's lock, or by the one shutdown run, and read by anybody.

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>A block's place in the graph.</summary>
public sealed class FlowNode
{
    private volatile bool _draining;
    private volatile bool _givenUp;
    private volatile FlowFaultException? _fault;

    internal FlowNode(FlowScope scope, string name, Stage stage, IFlowBlock block, IReadOnlyList<FlowNode> upstreams, int bound, UpstreamFault onUpstreamFault)
    {
        Scope = scope;
        Name = name;
        Stage = stage;
        Block = block;
        Upstreams = upstreams;
        Bound = bound;
        OnUpstreamFault = onUpstreamFault;
    }

    /// <summary>The block's name, unique among the living.</summary>
    public string Name { get; }

    /// <summary>When it stops.</summary>
    public Stage Stage { get; }

    /// <summary>The block.</summary>
    public IFlowBlock Block { get; }

    /// <summary>The blocks that send to it.</summary>
    public IReadOnlyList<FlowNode> Upstreams { get; }

    /// <summary>Messages inside at most; 0 if its posters bound it.</summary>
    public int Bound { get; }

    /// <summary>What a fault of an upstream block means for it.</summary>
    public UpstreamFault OnUpstreamFault { get; }

    /// <summary>How far it has come.</summary>
    public NodeState State
    {
        get
        {
            if (!Block.Completion.IsCompleted)
                return _givenUp ? NodeState.Stuck : _draining ? NodeState.Draining : NodeState.Running;
            if (_givenUp)
                return NodeState.TimedOut;
            return Block.Completion.IsCompletedSuccessfully ? NodeState.Completed : NodeState.Faulted;
        }
    }

    /// <summary>Why it faulted, once that is known.</summary>
    public FlowFaultException? Fault => _fault;

    internal FlowScope Scope { get; }

    /// <summary>Ends when the graph has taken note of the block's end.</summary>
    internal Task Supervision { get; set; } = Task.CompletedTask;

    /// <summary>Whether the graph has taken note of the block's end. Under the graph's lock.</summary>
    internal bool HasEnded { get; set; }

    /// <summary>Whether the running stop has dealt with it. Under the graph's lock.</summary>
    internal bool IsStopping { get; set; }

    /// <summary>The first upstream fault to come. Under the graph's lock.</summary>
    internal FlowFaultException? FirstUpstreamFault { get; set; }

    /// <summary>The block at this moment.</summary>
    public NodeReading Read() => new(Name, Stage, [.. Upstreams.Select(upstream => upstream.Name)], Bound, Block.QueueLength, Block.Ledger, State);

    /// <inheritdoc />
    public override string ToString() => $"{Name} ({State}, {Block.QueueLength} queued, {Block.Ledger})";

    internal void MarkDraining() => _draining = true;

    internal void MarkGivenUp() => _givenUp = true;

    internal void MarkFault(FlowFaultException fault) => _fault = fault;

    /// <summary>Completes the block, or gives it up if an upstream's end means that for it.</summary>
    internal void CompleteAfterUpstreams(FlowFaultException? upstreamFault)
    {
        MarkDraining();
        if (upstreamFault is not null && OnUpstreamFault == UpstreamFault.Faults)
            Abandon(upstreamFault);
        else if (Draining.Try(Block.Complete) is { } thrown)
            Abandon(FlowFaultException.Of(Name, thrown));
    }

    /// <summary>Gives the block up. One of our own that throws here has a bug; it does not end, and the stop names it as stuck.</summary>
    internal void Abandon(Exception cause) => Draining.Try(() => Block.Abandon(cause));
}
