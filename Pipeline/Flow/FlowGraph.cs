// Concurrency rule: _lock guards the registry and every node's graph-side state. No block is completed, faulted, linked or asked anything while it is held.

using System.Threading.Tasks.Dataflow;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>
/// All blocks of the process (DESIGN rule 6): the only place where they are made, and the truth about who feeds whom. It watches every block's end, carries
/// completion and faults across the arrows of transient scopes, and derives the shutdown plan.
/// </summary>
public sealed partial class FlowGraph : FlowScope
{
    private readonly Lock _lock = new();
    private readonly List<FlowNode> _nodes = [];
    private readonly Dictionary<IDataflowBlock, FlowNode> _byBlock = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<FlowFaultException> _firstFault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Stage? _stagePassed;

    /// <summary>Makes an empty graph.</summary>
    public FlowGraph(FlowSettings? settings = null)
    {
        Settings = settings ?? new FlowSettings();
        Log = new GuardedLog(Settings.Log);
    }

    /// <summary>What the graph was given from outside.</summary>
    public FlowSettings Settings { get; }

    /// <summary>Ends when a permanent block has faulted while the store was running: the host then stops the store (nothing else tells upstream).</summary>
    public Task<FlowFaultException> FirstPermanentFault => _firstFault.Task;

    /// <summary>Blocks that have not ended; zero after a clean stop.</summary>
    public int LiveBlocks
    {
        get
        {
            lock (_lock)
                return _nodes.Count(node => !node.HasEnded);
        }
    }

    /// <summary>The blocks in order of construction, which is a topological order.</summary>
    public IReadOnlyList<FlowNode> Nodes
    {
        get
        {
            lock (_lock)
                return [.. _nodes];
        }
    }

    /// <summary>The place of <paramref name="block"/>, or null if the graph does not know it (any more).</summary>
    public FlowNode? Find(IDataflowBlock block)
    {
        lock (_lock)
            return _byBlock.GetValueOrDefault(block);
    }

    /// <summary>
    /// Adds a scope for one operation. All its blocks are made by <paramref name="build"/> and come to life together when that returns; if it throws,
    /// those made so far are given up and the graph is as it was.
    /// </summary>
    /// <exception cref="InvalidOperationException">The stop has passed a stage of one of its blocks, or a rule of the graph is broken.</exception>
    public FlowScope AddTransient(string name, Action<FlowScope> build)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(build);
        var scope = new FlowScope(this, name);
        try
        {
            build(scope);
        }
        catch (Exception thrown)
        {
            Remove(scope, thrown);
            throw;
        }

        Seal(scope);
        return scope;
    }

    /// <summary>The log, which cannot disturb the graph.</summary>
    internal IFlowLog Log { get; }

    internal FlowNode Register(FlowScope scope, string name, Stage stage, Upstreams from, IFlowBlock block, int bound, UpstreamFault onUpstreamFault)
    {
        FlowNode node;
        lock (_lock)
        {
            Require(Enum.IsDefined(stage), name, "its stage is not one of the stages.");
            Require(!scope.IsSealed, name, "its scope is complete: all blocks of an operation are made before it starts.");
            Require(_stagePassed is null || stage > _stagePassed, name, $"the stop has passed stage {stage}: nothing can start there any more.");
            Require(!_names.Contains(name), name, "a block of this name exists already.");
            Require(!_byBlock.ContainsKey(block), name, "the block is in the graph already.");
            FlowNode[] upstreams = [.. from.Select(upstream => Upstream(upstream, name, stage))];
            Require(upstreams.Length > 0 || from.IsSource, name, "it has no upstream and is not declared a source.");
            node = new FlowNode(scope, name, stage, block, upstreams, bound, onUpstreamFault);
            _nodes.Add(node);
            scope.Members.Add(node);
            _byBlock.Add(block, node);
            _names.Add(name);
        }

        node.Supervision = SuperviseAsync(node);
        return node;
    }

    /// <summary>Refuses a link whose target is in the graph but has not declared the source; false if the target is not in the graph.</summary>
    internal bool RequireArrow(IDataflowBlock source, IDataflowBlock target)
    {
        lock (_lock)
        {
            if (!_byBlock.TryGetValue(target, out FlowNode? to))
                return false;
            if (_byBlock.TryGetValue(source, out FlowNode? from) && !to.Upstreams.Contains(from))
                throw new InvalidOperationException($"Block '{to.Name}' does not declare '{from.Name}' upstream.");
            return true;
        }
    }

    private static void Require(bool condition, string name, string otherwise)
    {
        if (!condition)
            throw new InvalidOperationException($"Block '{name}' cannot be added: {otherwise}");
    }

    private FlowNode Upstream(IDataflowBlock block, string name, Stage stage)
    {
        FlowNode? upstream = _byBlock.GetValueOrDefault(block);
        Require(upstream is not null, name, "one of its upstreams is not in the graph.");
        Require(upstream!.Stage <= stage, name, $"its upstream '{upstream.Name}' stops later, in stage {upstream.Stage}.");
        return upstream;
    }
}
