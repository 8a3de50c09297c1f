// Concurrency rule: a scope is built by one thread; the graph's lock guards what others see of it.

using System.Threading.Tasks.Dataflow;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>
/// Where blocks are made. <see cref="FlowGraph"/> is the permanent scope, whose blocks are completed by the shutdown plan alone. A transient scope
/// (<see cref="FlowGraph.AddTransient"/>) is one operation and one unit of failure: completion and faults run through it by themselves, a fault in one of
/// its blocks gives all of them up, and it leaves the graph when all have ended.
/// </summary>
public class FlowScope
{
    private readonly FlowGraph? _graph;

    /// <summary>Makes the scope that is the graph itself.</summary>
    private protected FlowScope() => Name = string.Empty;

    internal FlowScope(FlowGraph graph, string name)
    {
        _graph = graph;
        Name = name;
    }

    /// <summary>The scope's name: the first part of the names of its blocks. Empty for the graph itself.</summary>
    public string Name { get; }

    /// <summary>Whether the scope's life is that of one operation.</summary>
    public bool IsTransient => _graph is not null;

    /// <summary>Of a transient scope: ends when all its blocks have ended, faulted with the first cause if one faulted.</summary>
    public Task Completion => Ending.Task;

    internal TaskCompletionSource Ending { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The scope's blocks, in order of construction. Under the graph's lock.</summary>
    internal List<FlowNode> Members { get; } = [];

    /// <summary>Whether no more blocks are to come. Under the graph's lock.</summary>
    internal bool IsSealed { get; set; }

    /// <summary>Whether its blocks have left the graph: their names may be others' by now. Under the graph's lock.</summary>
    internal bool HasLeft { get; set; }

    /// <summary>The first fault of one of its blocks. Under the graph's lock.</summary>
    internal FlowFaultException? FirstFault { get; set; }

    private FlowGraph Graph => _graph ?? (FlowGraph)this;

    /// <summary>Adds a block that runs <paramref name="handler"/> on each message. What the handler throws goes to <paramref name="onError"/> or faults the block.</summary>
    public ITargetBlock<T> AddAction<T>(
        string name, Stage stage, Upstreams from, Action<T> handler, BlockOptions? options = null, Action<T, Exception>? onError = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddAction(name, stage, from, options, onError is not null, (guard, execution) => new ActionBlock<T>(guard.Act(handler, onError), execution));
    }

    /// <summary>Adds a block that runs the asynchronous <paramref name="handler"/> on each message.</summary>
    public ITargetBlock<T> AddAction<T>(
        string name, Stage stage, Upstreams from, Func<T, Task> handler, BlockOptions? options = null, Action<T, Exception>? onError = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddAction(name, stage, from, options, onError is not null, (guard, execution) => new ActionBlock<T>(guard.Act(handler, onError), execution));
    }

    /// <summary>Adds a block that turns each message into one output. What the handler throws is turned into output by <paramref name="onError"/> or faults the block.</summary>
    public IPropagatorBlock<TIn, TOut> AddTransform<TIn, TOut>(
        string name, Stage stage, Upstreams from, Func<TIn, TOut> handler, BlockOptions? options = null, Func<TIn, Exception, TOut>? onError = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddTransform(
            name, stage, from, options, onError is not null, (guard, execution) => new TransformBlock<TIn, TOut>(guard.Map(handler, onError), execution));
    }

    /// <summary>Adds a block that turns each message into one output asynchronously.</summary>
    public IPropagatorBlock<TIn, TOut> AddTransform<TIn, TOut>(
        string name, Stage stage, Upstreams from, Func<TIn, Task<TOut>> handler, BlockOptions? options = null, Func<TIn, Exception, TOut>? onError = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddTransform(
            name, stage, from, options, onError is not null, (guard, execution) => new TransformBlock<TIn, TOut>(guard.Map(handler, onError), execution));
    }

    /// <summary>Adds a queue.</summary>
    public IPropagatorBlock<T, T> AddBuffer<T>(string name, Stage stage, Upstreams from, BlockOptions? options = null)
    {
        BlockOptions chosen = options ?? BlockOptions.Default;
        var inner = new BufferBlock<T>(Execution(FullName(name), chosen, handlesErrors: true));
        var ledger = new Ledger();
        var block = new CountedPropagator<T, T>(Graph, inner, () => inner.Count, ledger);
        Register(name, stage, from, block, chosen);
        return block;
    }

    /// <summary>
    /// Adds the joint of several sources: a queue that all of them feed, that completes when all of them have completed, and faults with the first cause if
    /// one of them faulted or was cancelled.
    /// </summary>
    public IPropagatorBlock<T, T> AddFanIn<T>(string name, Stage stage, IReadOnlyCollection<ISourceBlock<T>> sources, BlockOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        IPropagatorBlock<T, T> joint = AddBuffer<T>(name, stage, Upstreams.Of([.. sources]), options);
        foreach (ISourceBlock<T> source in sources)
            source.LinkTo(joint);
        return joint;
    }

    /// <summary>Adds a fan-out: every message goes to every branch, in the same order. Branches are attached with <see cref="FanOut{T}.AddBranch"/>.</summary>
    public FanOut<T> AddFanOut<T>(string name, Stage stage, Upstreams from, TimeSpan stallDeadline, BlockOptions? options = null)
    {
        BlockOptions chosen = options ?? BlockOptions.Default;
        if (chosen.Parallelism != 1)
            throw new ArgumentException($"Block '{name}': all branches of a fan-out see one order, so it runs one message at a time.", nameof(options));
        var ledger = new Ledger();
        var guard = new GuardedHandler(FullName(name), ledger);
        var block = new FanOut<T>(Graph, FullName(name), stallDeadline);
        ExecutionDataflowBlockOptions execution = Execution(FullName(name), chosen, handlesErrors: false);
        block.Attach(new CountedTarget<T>(new ActionBlock<T>(guard.Act<T>(block.DeliverAsync, null), execution), ledger));
        Register(name, stage, from, block, chosen);
        return block;
    }

    /// <summary>Adds a gate: what must have left before what follows may stop.</summary>
    public Gate AddGate(string name, Stage stage, Upstreams from, Action? closing = null)
    {
        var gate = new Gate(FullName(name), closing);
        return Adopt(name, stage, from, gate);
    }

    /// <summary>Adds a source of ticks. It ticks from <see cref="Ticker.Start(Func{Tick, Task{bool}})"/> on.</summary>
    public Ticker AddTicker(string name, Stage stage, TimeSpan period)
    {
        var ticker = new Ticker(FullName(name), period, Graph.Settings.Time, Graph);
        return Adopt(name, stage, Upstreams.None, ticker);
    }

    /// <summary>
    /// Adds the release of a resource as a block: <paramref name="release"/> runs once, when the shutdown plan comes to it, and only if nothing that came
    /// before it still runs (DESIGN rule 18).
    /// </summary>
    public FlowNode AddRelease(string name, Stage stage, Upstreams from, Func<Task> release)
    {
        ArgumentNullException.ThrowIfNull(release);
        if (IsTransient)
            throw new InvalidOperationException($"Block '{name}': what a release frees outlives every operation, so it belongs to the graph itself.");
        return Graph.Register(this, FullName(name), stage, from, new ReleaseBlock(release), bound: 1, UpstreamFault.Completes);
    }

    /// <summary>Adds the release of a resource as a block.</summary>
    public FlowNode AddRelease(string name, Stage stage, Upstreams from, Action release)
    {
        ArgumentNullException.ThrowIfNull(release);
        return AddRelease(name, stage, from, () =>
        {
            release();
            return Task.CompletedTask;
        });
    }

    /// <summary>Gives a block of our own (a shard, a listener, the set of sessions) its place in the graph.</summary>
    public TBlock Adopt<TBlock>(
        string name, Stage stage, Upstreams from, TBlock block, int bound = 0, UpstreamFault onUpstreamFault = UpstreamFault.Completes)
        where TBlock : class, IFlowBlock
    {
        ArgumentNullException.ThrowIfNull(block);
        Graph.Register(this, FullName(name), stage, from, block, bound, onUpstreamFault);
        return block;
    }

    private string FullName(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return IsTransient ? $"{Name}/{name}" : name;
    }

    private CountedTarget<T> AddAction<T>(
        string name, Stage stage, Upstreams from, BlockOptions? options, bool handlesErrors, Func<GuardedHandler, ExecutionDataflowBlockOptions, ActionBlock<T>> make)
    {
        BlockOptions chosen = options ?? BlockOptions.Default;
        var ledger = new Ledger();
        var guard = new GuardedHandler(FullName(name), ledger);
        var block = new CountedTarget<T>(make(guard, Execution(FullName(name), chosen, handlesErrors)), ledger);
        Register(name, stage, from, block, chosen);
        return block;
    }

    private CountedPropagator<TIn, TOut> AddTransform<TIn, TOut>(
        string name, Stage stage, Upstreams from, BlockOptions? options, bool handlesErrors, Func<GuardedHandler, ExecutionDataflowBlockOptions, TransformBlock<TIn, TOut>> make)
    {
        BlockOptions chosen = options ?? BlockOptions.Default;
        var ledger = new Ledger();
        var guard = new GuardedHandler(FullName(name), ledger);
        TransformBlock<TIn, TOut> inner = make(guard, Execution(FullName(name), chosen, handlesErrors));
        var block = new CountedPropagator<TIn, TOut>(Graph, inner, () => inner.InputCount + inner.OutputCount, ledger);
        Register(name, stage, from, block, chosen);
        return block;
    }

    private void Register(string name, Stage stage, Upstreams from, IFlowBlock block, BlockOptions options) =>
        Graph.Register(this, FullName(name), stage, from, block, options.Bound, options.OnUpstreamFault);

    private ExecutionDataflowBlockOptions Execution(string name, BlockOptions options, bool handlesErrors)
    {
        if (options.Bound is < 1 or > BlockOptions.BoundMax)
            throw new ArgumentException($"Block '{name}': a bound lies between 1 and {BlockOptions.BoundMax}, not {options.Bound}.", nameof(options));
        if (options.Parallelism < 1)
            throw new ArgumentException($"Block '{name}': at least one handler runs, not {options.Parallelism}.", nameof(options));
        if (options.Parallelism > 1 && !handlesErrors)
            throw new ArgumentException($"Block '{name}': parallel handlers need an error handler, or messages overtake the one that failed.", nameof(options));
        return new ExecutionDataflowBlockOptions
        {
            BoundedCapacity = options.Bound,
            MaxDegreeOfParallelism = options.Parallelism,
            EnsureOrdered = options.KeepsOrder,
            MaxMessagesPerTask = Graph.Settings.MessagesPerTaskMax,
            TaskScheduler = (options.IsBackground ? Graph.Settings.Background : null) ?? Graph.Settings.Scheduler,
            NameFormat = name.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal),
        };
    }
}
