namespace DragonflyFlow.Pipeline.Flow;

public sealed partial class FlowGraph
{
    /// <summary>All blocks as they are at this moment, upstream first: for INFO flow and DEBUG FLOW.</summary>
    public IReadOnlyList<NodeReading> Describe() => [.. Nodes.Select(node => node.Read())];

    /// <summary>The graph as a Mermaid flowchart, one subgraph per stage.</summary>
    public string ToMermaid() => FlowDrawing.Mermaid(Describe());

    /// <summary>The graph in Graphviz's DOT language, one cluster per stage.</summary>
    public string ToDot() => FlowDrawing.Dot(Describe());
}
