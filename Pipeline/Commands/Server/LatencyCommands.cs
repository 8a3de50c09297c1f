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
        new("graph", 3, Operator, KeySpec.None, Graph) { Summary = "Returns a latency graph for an event.", Since = "2.8.13" },
        new("histogram", -2, Operator | Global, KeySpec.None, Histogram) { Summary = "Returns the cumulative distribution of latencies of a subset or all commands.", Since = "7.0.0", Complexity = "O(N) where N is the number of commands with latency information being retrieved." },
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

    private static void Graph(ref CommandCall call)
    {
        string name = Words.Text(call.Args[2]);
        if (call.Engine.Latency.Snapshot().FirstOrDefault(e => e.Name == name) is { } item)
            call.Reply.Verbatim("txt", System.Text.Encoding.UTF8.GetBytes(LatencyGraph.Draw(item, call.Engine.NowMs() / 1000)));
        else
            call.Reply.Error($"ERR No samples available for event '{name}'");
    }

    private static void Histogram(ref CommandCall call)
    {
        Shards.CommandStats.Row[] rows = StatsInfo.Rows(call.Engine);
        List<CommandDescriptor> wanted = [];
        if (call.Count == 2)
            wanted.AddRange(call.Engine.Commands.ById);
        for (int i = 2; i < call.Count; i++)
        {
            if (call.Engine.Commands.FindByFullName(call.Args[i]) is { } command)
                wanted.AddRange([command, .. command.Subcommands]);
        }

        wanted.RemoveAll(command => rows[command.Id].Durations is null);
        call.Reply.Map(wanted.Count);
        foreach (CommandDescriptor command in wanted)
        {
            call.Reply.Bulk(command.FullName);
            WriteHistogram(ref call, rows[command.Id].Durations!);
        }
    }

    // Cumulative counts at powers of two; a bound is told as Redis's histograms round it, which count with two digits.
    private static void WriteHistogram(ref CommandCall call, Shards.DurationHistogram durations)
    {
        const long FirstBound = 1024;
        const int DigitsShift = 7;
        List<(long Microseconds, long Count)> steps = [];
        long total = durations.Count;
        long before = 0;
        for (long bound = FirstBound; before < total; bound <<= 1)
        {
            long count = durations.CountBelow(bound);
            if (count > before)
                steps.Add(((bound + (bound >> DigitsShift) - 1) / 1000, count));
            before = count;
        }

        call.Reply.Map(2);
        call.Reply.Bulk("calls");
        call.Reply.Integer(total);
        call.Reply.Bulk("histogram_usec");
        call.Reply.Map(steps.Count);
        foreach ((long microseconds, long count) in steps)
        {
            call.Reply.Integer(microseconds);
            call.Reply.Integer(count);
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
