namespace DragonflyFlow.Pipeline.Flow;

/// <summary>How completion crosses an arrow. A seam for tests: the store knows one rule.</summary>
internal interface ICompletionRule
{
    /// <summary>Whether a block with these upstreams may be completed. Under the graph's lock.</summary>
    bool MayFollow(IReadOnlyList<FlowNode> upstreams);

    /// <summary>What the end of a block that threw means for those it feeds; null if they may take it for the whole.</summary>
    FlowFaultException? FaultOf(string block, Exception thrown);
}
