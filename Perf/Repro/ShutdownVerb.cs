using System.CommandLine;
using System.Globalization;
using DragonflyFlow.Perf.Host;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Tests.Simulator.Controls;
using DragonflyFlow.Tests.Simulator.Experiments;

namespace DragonflyFlow.Perf.Repro;

/// <summary>The verb <c>repro shutdown</c>, experiment E8: stops in the right order and in wrong ones, by the thousand, in simulated worlds.</summary>
internal static class ShutdownVerb
{
    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        ShutdownOptions usual = new();
        Option<CommaList<string>> orders = Cli.Names("--orders", "Orders of the stop.", [.. StopOrders.All.Select(order => order.Name)], usual.Orders);
        Option<CommaList<string>> kinds = Cli.Names("--streamer", "Kinds of streamers.", [.. StreamerKind.All.Select(kind => kind.Name)], usual.Kinds);
        Option<CommaList<int>> streamers = Cli.Numbers("--streamers", "Numbers of streamers.", usual.Streamers, 0, 256);
        Option<CommaList<string>> sinks = Cli.Names("--sinks", "Sinks.", Trial.SinkNames, usual.Sinks);
        Option<CommaList<string>> phases = Cli.Names("--phases", "Moments of the stop.", Trial.PhaseNames, usual.Phases);
        Option<int> seeds = Cli.Number("--seeds", "Seeds of each combination of these.", usual.Seeds, 1, 100_000);
        Option<int> first = Cli.Number("--first-seed", "The first seed.", usual.FirstSeed, 0, 1_000_000_000);
        Option<int> jobs = Cli.Number("--jobs", "Processes at a time.", usual.Jobs, 1, 256);
        Option<bool> smoke = new("--smoke") { Description = $"A run of {ShutdownOptions.SmokeSeeds} seeds: less than three minutes on two cores." };
        Option<string?> into = new("--out") { Description = "The folder of the results, instead of one of their own under results.", HelpName = "DIR" };
        Option<string[]> from = new("--from") { Description = "Draw the trials of earlier runs (samples.csv) instead of making new ones.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
        Command command = new("shutdown", "E8: stops stores under load while streamers read them, upstream-first and in naive orders. Exit code 1: the right order violated something, or a naive one nothing.")
        {
            orders, kinds, streamers, sinks, phases, seeds, first, jobs, smoke, into, from,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            new ShutdownOptions
            {
                Orders = parsed.GetRequiredValue(orders).Items,
                Kinds = parsed.GetRequiredValue(kinds).Items,
                Streamers = parsed.GetRequiredValue(streamers).Items,
                Sinks = parsed.GetRequiredValue(sinks).Items,
                Phases = parsed.GetRequiredValue(phases).Items,
                Seeds = parsed.GetValue(smoke) ? ShutdownOptions.SmokeSeeds : parsed.GetValue(seeds),
                FirstSeed = parsed.GetValue(first),
                Jobs = parsed.GetValue(jobs),
                Out = parsed.GetValue(into),
                From = parsed.GetValue(from) ?? [],
            },
            TimeProvider.System,
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ShutdownOptions asked, TimeProvider time, CancellationToken cancellation)
    {
        ResultsFolder folder = new("repro-shutdown", time, asked.Out);
        long began = time.GetTimestamp();
        TrialRows rows = asked.From.Count > 0 ? TrialRows.Read(asked.From) : await TryAsync(asked, folder, cancellation);
        ShutdownOptions options = asked.For(rows.Results);
        ShutdownSummary summary = new(options, rows.Results);
        folder.Show(summary.ByOrder());
        foreach (string line in summary.Lines())
            folder.Note(line);
        foreach (string silent in summary.SilentControls)
            folder.Note($"{silent}: no violation was seen, so the harness may be blind");
        folder.Note(summary.Holds ? "the claim holds: upstream-first violates nothing, naive orders do" : "THE CLAIM DOES NOT HOLD");

        folder.WriteSamples(TrialRows.Header, rows.Lines(), copy: null);
        folder.WriteRun(new { options, trials = rows.Results.Count, seconds = time.GetElapsedTime(began).TotalSeconds, summary.Holds, summary.Bound });
        WritePage(folder, options, summary, rows);
        folder.Note($"results: {folder.RelativePath} (index.html, samples.csv)");
        folder.WriteReport();
        return summary.Holds ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task<TrialRows> TryAsync(ShutdownOptions options, ResultsFolder folder, CancellationToken cancellation)
    {
        folder.Note(string.Create(CultureInfo.InvariantCulture, $"{options.Grid.Count:N0} stops in {options.Jobs} processes: about {options.Expected.TotalMinutes:0.#} minutes if each has a core"));
        IReadOnlyList<TrialResult> results = await Screen.WatchAsync(sink => new TrialSweep(options.Grid, options.Jobs, sink).RunAsync(cancellation));
        return TrialRows.Here(results, Machine.Describe());
    }

    private static void WritePage(ResultsFolder folder, ShutdownOptions options, ShutdownSummary summary, TrialRows rows)
    {
        ShutdownFigures figures = new(options, summary);
        Dictionary<string, string> drawings = new()
        {
            ["orders"] = ShutdownPicture.Draw().ToString(),
            ["matrix"] = figures.Matrix("Share of stops with a violation", result => !result.IsGood).ToString(),
            ["touches"] = figures.Matrix("Share of stops that used freed memory", result => result.Touches > 0).ToString(),
            ["stop-times"] = figures.StopTimes().ToString(),
        };
        foreach (string order in options.Orders.Where(order => order != "abrupt"))
            drawings[$"stages-{order}"] = figures.Stages(order).ToString();
        foreach ((string name, string drawing) in drawings)
            folder.WriteFile($"{name}.svg", drawing);
        folder.WriteFile("index.html", new ShutdownPage(options, summary, drawings, rows).ToHtml());
    }
}
