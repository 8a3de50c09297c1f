using System.Globalization;
using DragonflyFlow.Pipeline.Commands.Snapshots;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>DEBUG: for tests and for looking inside.</summary>
internal static class DebugCommands
{
    private const CommandFlags Operator = Admin | NoScript | Loading | Stale;

    public static CommandDescriptor Container { get; } = new("debug", Operator,
        new("sleep", 3, Operator | NoMulti, KeySpec.None, Sleep) { Summary = "Answers after so many seconds (decimals allowed). Only this client waits: no shard is held.", Complexity = "O(1)" },
        new("object", 3, Operator, KeySpec.Second, DebugData.Object) { Summary = "Shows where and how a value lies." },
        new("populate", -3, Operator | Write | Global, KeySpec.None, DebugData.Populate) { Summary = "Makes string keys: count [prefix [bytes]].", Complexity = "O(N) where N is the number of keys" },
        new("digest", 2, Operator | Global, KeySpec.None, DebugDigest.Digest) { Summary = "Shows a digest of all data, the same as that of a redis-server with the same data.", Complexity = "O(N) where N is the number of elements of all values" },
        new("digest-value", -2, Operator, new KeySpec(2, -1, 1), DebugDigest.DigestValue) { Summary = "Shows a digest of each of these values.", Complexity = "O(N) where N is the number of elements of the values" },
        new("reload", -2, Operator | NoMulti, KeySpec.None, SnapshotCommands.Reload) { Summary = "Saves, empties the store and loads what was saved: [NOSAVE] [NOFLUSH] [MERGE].", Complexity = "O(N) where N is the total number of keys in all databases" },
        new("flow", -2, Operator, KeySpec.None, Flow) { Summary = "Shows the flow graph: blocks, stages, bounds, queues, ledgers; with MERMAID or DOT as a drawing." },
        new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands." });

    private static void Sleep(ref CommandCall call)
    {
        if (!call.TryFloat(2, out double seconds))
            return;
        if (seconds is < 0 or > 86400)
        {
            call.Reply.Error(Errors.OutOfRange);
            return;
        }

        DeferredReply deferred = call.Client.Session.Defer();
        deferred.CompleteAfter(call.Engine.Time, TimeSpan.FromSeconds(seconds), static reply => reply.Ok());
    }

    private static void Flow(ref CommandCall call)
    {
        if (call.Engine.Graph is not { } graph)
            call.Reply.Error("ERR this store is not part of a flow graph");
        else if (call.Count == 3 && call.Args.Is(2, "MERMAID"))
            call.Reply.Verbatim("txt", System.Text.Encoding.UTF8.GetBytes(graph.ToMermaid()));
        else if (call.Count == 3 && call.Args.Is(2, "DOT"))
            call.Reply.Verbatim("txt", System.Text.Encoding.UTF8.GetBytes(graph.ToDot()));
        else if (call.Count > 2)
            call.Reply.Error(Errors.Syntax);
        else
            WriteNodes(ref call, graph.Describe());
    }

    private static void WriteNodes(ref CommandCall call, IReadOnlyList<NodeReading> nodes)
    {
        call.Reply.Array(nodes.Count);
        foreach (NodeReading node in nodes)
            call.Reply.Bulk(FlowText.Line(node).ToString(CultureInfo.InvariantCulture));
    }
}
