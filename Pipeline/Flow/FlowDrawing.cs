using System.Globalization;
using System.Text;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>Draws a described graph as text. Blocks are numbered, so names may hold any character.</summary>
internal static class FlowDrawing
{
    public static string Mermaid(IReadOnlyList<NodeReading> nodes)
    {
        var text = new StringBuilder("flowchart LR\n");
        ForEachStage(
            nodes,
            stage => text.Append(CultureInfo.InvariantCulture, $"  subgraph {stage}\n"),
            (id, node) => text.Append(CultureInfo.InvariantCulture, $"    n{id}[\"{Escape(node.Name, "#quot;")}<br/>{Figures(node)}\"]\n"),
            () => text.Append("  end\n"));
        ForEachArrow(nodes, (from, to) => text.Append(CultureInfo.InvariantCulture, $"  n{from} --> n{to}\n"));
        return text.ToString();
    }

    public static string Dot(IReadOnlyList<NodeReading> nodes)
    {
        var text = new StringBuilder("digraph flow {\n  rankdir=LR;\n  node [shape=box];\n");
        ForEachStage(
            nodes,
            stage => text.Append(CultureInfo.InvariantCulture, $"  subgraph cluster_{stage} {{\n    label=\"{stage}\";\n"),
            (id, node) => text.Append(CultureInfo.InvariantCulture, $"    n{id} [label=\"{Escape(node.Name, "\\\"")}\\n{Figures(node)}\"];\n"),
            () => text.Append("  }\n"));
        ForEachArrow(nodes, (from, to) => text.Append(CultureInfo.InvariantCulture, $"  n{from} -> n{to};\n"));
        return text.Append("}\n").ToString();
    }

    private static void ForEachStage(IReadOnlyList<NodeReading> nodes, Action<Stage> begin, Action<int, NodeReading> draw, Action end)
    {
        foreach (IGrouping<Stage, (int Id, NodeReading Node)> stage in nodes.Index().Select(pair => (pair.Index, pair.Item)).GroupBy(pair => pair.Item.Stage).OrderBy(g => g.Key))
        {
            begin(stage.Key);
            foreach ((int id, NodeReading node) in stage)
                draw(id, node);
            end();
        }
    }

    private static void ForEachArrow(IReadOnlyList<NodeReading> nodes, Action<int, int> draw)
    {
        Dictionary<string, int> ids = nodes.Index().ToDictionary(pair => pair.Item.Name, pair => pair.Index, StringComparer.Ordinal);
        foreach ((int to, NodeReading node) in nodes.Index())
        {
            foreach (string upstream in node.Upstreams)
            {
                // An upstream of an operation that is over may have left already.
                if (ids.TryGetValue(upstream, out int from))
                    draw(from, to);
            }
        }
    }

    private static string Figures(NodeReading node) => string.Create(
        CultureInfo.InvariantCulture, $"{node.State}, {node.QueueLength}/{(node.Bound == 0 ? "-" : node.Bound)} queued, {node.Ledger.Done} done");

    private static string Escape(string name, string quote) => name.Replace("\"", quote, StringComparison.Ordinal);
}
