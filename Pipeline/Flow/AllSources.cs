namespace DragonflyFlow.Pipeline.Flow;

/// <summary>The rule of the store: completion crosses an arrow when all sources have ended, and one that was cancelled gave a part.</summary>
internal sealed class AllSources : ICompletionRule
{
    private AllSources()
    {
    }

    public static AllSources Instance { get; } = new();

    public bool MayFollow(IReadOnlyList<FlowNode> upstreams) => upstreams.All(upstream => upstream.HasEnded);

    // A cancelled block counts as faulted: what it gave is a part (TPL would complete its targets as if all were well).
    public FlowFaultException? FaultOf(string block, Exception thrown) => FlowFaultException.Of(block, thrown);
}
