using static DragonflyFlow.Pipeline.Commands.CommandFlags;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>LATENCY: events longer than latency-monitor-threshold, and how commands' time is spread.</summary>
internal static class LatencyCommands
{
    private const CommandFlags Operator = Admin | NoScript | Loading | Stale;

    public static CommandDescriptor Container { get; } = new("latency", Operator,
        new("latest", 2, Operator, KeySpec.None, Latest) { Summary = "Returns the latest latency samples for all events.", Since = "2.8.13" },
        new("history", 3, Operator, KeySpec.None, History) { Summary = "Returns timestamp-latency samples for an event.", Since = "2.8.13" },
        new("reset", -2, Operator, KeySpec.None, Reset) { Summary = "Resets the latency data for one or more events.", Since = "2.8.13" },
        new("doctor", 2, Operator, KeySpec.None, Doctor) { Summary = "Returns a human-readable latency analysis report.", Since = "2.8.13" },
        new("help", 2, Loading | Stale, KeySpec.None, Help.ForContainer) { Summary = "Returns helpful text about the different subcommands.", Since = "2.8.13" });

    private static void Latest(ref CommandCall call)
    {
        IReadOnlyList<Shards.LatencyEvent> events = call.Engine.Latency.Snapshot();
        call.Reply.Array(events.Count);
        foreach (Shards.LatencyEvent item in events)
        {
            call.Reply.Array(4);
            call.Reply.Bulk(item.Name);
            call.Reply.Integer(item.Samples[^1].AtSeconds);
            call.Reply.Integer(item.Samples[^1].Ms);
            call.Reply.Integer(item.MaxMs);
        }
    }

    private static void History(ref CommandCall call)
    {
        string name = Words.Text(call.Args[2]);
        Shards.LatencyEvent? item = call.Engine.Latency.Snapshot().FirstOrDefault(e => e.Name == name);
        call.Reply.Array(item?.Samples.Count ?? 0);
        foreach (Shards.LatencySample sample in item?.Samples ?? [])
        {
            call.Reply.Array(2);
            call.Reply.Integer(sample.AtSeconds);
            call.Reply.Integer(sample.Ms);
        }
    }

    private static void Reset(ref CommandCall call)
    {
        if (call.Count == 2)
        {
            call.Reply.Integer(call.Engine.Latency.ResetAll());
            return;
        }

        int reset = 0;
        for (int i = 2; i < call.Count; i++)
            reset += call.Engine.Latency.Reset(Words.Text(call.Args[i])) ? 1 : 0;
        call.Reply.Integer(reset);
    }

    private static void Doctor(ref CommandCall call)
    {
        IReadOnlyList<Shards.LatencyEvent> events = call.Engine.Latency.Snapshot();
        string text = events.Count == 0
            ? "No latency event is recorded. Events longer than latency-monitor-threshold milliseconds are; 0 switches the monitor off.\n"
            : string.Concat(events.Select(e => $"{e.Name}: {e.Samples.Count} samples, longest {e.MaxMs} ms, last {e.Samples[^1].Ms} ms.\n"));
        call.Reply.Verbatim("txt", System.Text.Encoding.UTF8.GetBytes(text));
    }
}
