using System.Globalization;
using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>A block of the graph as one line, for INFO flow and DEBUG FLOW.</summary>
internal static class FlowText
{
    public static string Line(NodeReading node) => string.Create(
        CultureInfo.InvariantCulture,
        $"block={node.Name} stage={node.Stage} state={node.State} bound={node.Bound} queue={node.QueueLength} accepted={node.Ledger.Accepted} done={node.Ledger.Done} refused={node.Ledger.Refused} failed={node.Ledger.Failed} inside={node.Ledger.Inside} from={string.Join('|', node.Upstreams)}");
}
