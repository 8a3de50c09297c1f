namespace DragonflyFlow.Pipeline.Flow;

/// <summary>
/// The order in which blocks stop, derived from the graph: stage by stage, and within a stage each block after those upstream of it. Blocks are registered
/// after their upstreams and never in an earlier stage than these, so ordering by stage, then by construction, is a topological order.
/// </summary>
public sealed class ShutdownPlan
{
    internal ShutdownPlan(IReadOnlyList<FlowNode> nodes)
    {
        Steps = [.. nodes.GroupBy(node => node.Stage).OrderBy(stage => stage.Key).Select(stage => new ShutdownStep(stage.Key, [.. stage]))];
    }

    /// <summary>The stages that have blocks, in order.</summary>
    public IReadOnlyList<ShutdownStep> Steps { get; }

    /// <summary>All blocks in the order in which they stop.</summary>
    public IEnumerable<FlowNode> Order => Steps.SelectMany(step => step.Nodes);
}
