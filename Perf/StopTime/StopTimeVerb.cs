using System.CommandLine;
using System.Globalization;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Rivals;
using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.StopTime;

/// <summary>The verb <c>stop-time</c>: how long real servers that are full take to stop without saving, from SIGTERM to the end of the process.</summary>
internal static class StopTimeVerb
{
    private const string Ours = "ours";

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        StopTimeOptions usual = new();
        Option<CommaList<string>> rivals = Cli.Names("--rivals", "Servers to compare with.", ServerCatalog.Rivals, usual.Rivals);
        Option<int> keys = Cli.Number("--keys", "Keys that each server holds.", usual.Keys, 0, 100_000_000);
        Option<int> valueBytes = Cli.Number("--value-bytes", "Bytes of a value.", usual.ValueBytes, 1, 1_000_000);
        Option<int> rounds = Cli.Number("--rounds", "Rounds.", usual.Rounds, 1, 100);
        Option<bool> strict = new("--strict") { Description = $"Exit with 3 if the median of ours is above {StopTimeOptions.TargetSeconds} s." };
        Command command = new("stop-time", "Fills servers and stops them without a save: seconds from SIGTERM to the end of the process.") { rivals, keys, valueBytes, rounds, strict };
        command.SetAction((parsed, cancellation) => RunAsync(
            new StopTimeOptions
            {
                Rivals = parsed.GetRequiredValue(rivals).Items,
                Keys = parsed.GetValue(keys),
                ValueBytes = parsed.GetValue(valueBytes),
                Rounds = parsed.GetValue(rounds),
                Strict = parsed.GetValue(strict),
            },
            TimeProvider.System,
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(StopTimeOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ServerCatalog servers = ServerCatalog.Find(options.Rivals, pinned: false, garnetPath: null);
        ServerLaunch[] launches = [.. servers.Found.Where(launch => launch.Name != ServerCatalog.GarnetInline)];
        ResultsFolder folder = new("stop-time", time);
        foreach (string skipped in servers.Skipped)
            folder.Note($"skipped {skipped}");
        (IReadOnlyList<StopTimeSample> samples, IReadOnlyCollection<string> failures) = await Screen.WatchAsync(async sink =>
        {
            StopTimeRun run = new(options, launches, sink, time);
            return (await run.RunAsync(cancellation), run.Failures);
        });
        folder.Show(Figures(options, samples));
        folder.Show(Stages(samples));
        double[] ours = [.. samples.Where(sample => sample.Server == Ours).Select(sample => sample.Seconds)];
        bool isMissed = ours.Length > 0 && Median.Of(ours).Value > StopTimeOptions.TargetSeconds;
        if (ours.Length > 0)
            folder.Note(string.Create(CultureInfo.InvariantCulture, $"ours: median {Median.Of(ours).Value:0.000} s, target {StopTimeOptions.TargetSeconds} s: {(isMissed ? "missed" : "met")}"));
        foreach (string failure in failures)
            folder.Note($"failed: {failure}");
        folder.WriteRun(new { options, servers = launches, servers.Skipped, failures });
        folder.WriteSamples(StopTimeSample.CsvHeader, samples.Select(sample => sample.ToCsv()), copy: null);
        folder.Note($"results: {folder.RelativePath}");
        folder.WriteReport();
        return ExitCodes.Of(failures.Count > 0, options.Strict && isMissed);
    }

    private static Grid Figures(StopTimeOptions options, IReadOnlyList<StopTimeSample> samples)
    {
        Grid grid = new(
            string.Create(CultureInfo.InvariantCulture, $"Seconds to stop with {options.Keys:N0} keys of 16 B with values of {options.ValueBytes} B, without a save"),
            "server", "stops", "median", "lowest", "highest", "resident MiB", "ours / it");
        foreach (IGrouping<string, StopTimeSample> server in samples.GroupBy(sample => sample.Server).OrderBy(server => server.Key, StringComparer.Ordinal))
        {
            Median seconds = Median.Of(server.Select(sample => sample.Seconds));
            double[] ratios = [.. samples.Where(sample => sample.Server == Ours).Join(server, ours => ours.Round, theirs => theirs.Round, (ours, theirs) => ours.Seconds / theirs.Seconds)];
            grid.Add(
                server.Key, Csv.Number(seconds.Count), Csv.Number(seconds.Value), Csv.Number(seconds.Lowest), Csv.Number(seconds.Highest),
                Numbers.Plain(Median.Of(server.Select(sample => sample.ResidentBytes / 1048576.0)).Value),
                server.Key == Ours || ratios.Length == 0 ? Numbers.None : Numbers.Spread(Median.Of(ratios)));
        }

        return grid;
    }

    private static Grid Stages(IReadOnlyList<StopTimeSample> samples)
    {
        Grid grid = new("Where the time of ours goes, in ms", "stage", "median", "lowest", "highest");
        foreach (IGrouping<string, double> stage in samples.SelectMany(sample => sample.Stages).GroupBy(stage => stage.Stage, stage => stage.Ms))
        {
            Median ms = Median.Of(stage);
            grid.Add(stage.Key, Csv.Number(ms.Value), Csv.Number(ms.Lowest), Csv.Number(ms.Highest));
        }

        return grid;
    }
}
