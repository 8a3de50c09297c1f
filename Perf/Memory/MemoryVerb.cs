using System.CommandLine;
using System.Globalization;
using DragonflyFlow.Perf.Compare;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Rivals;
using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.Memory;

/// <summary>The verb <c>memory</c>: bytes of resident memory for each key, ours and theirs.</summary>
internal static class MemoryVerb
{
    private const string Ours = "ours";

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        MemoryOptions usual = new();
        Option<CommaList<string>> rivals = Cli.Names("--rivals", "Servers to compare with.", ServerCatalog.Rivals, usual.Rivals);
        Option<CommaList<int>> keys = Cli.Numbers("--keys", "How many keys to fill in; each number starts every server afresh.", usual.Keys, 1, 100_000_000);
        Option<int> valueBytes = Cli.Number("--value-bytes", "Bytes of a value.", usual.ValueBytes, 1, 1_000_000);
        Option<int> rounds = Cli.Number("--rounds", "Rounds.", usual.Rounds, 1, 100);
        Option<bool> strict = new("--strict") { Description = "Exit with 3 if a target is missed." };
        Option<string?> garnet = new("--garnet-path") { Description = "garnet-server, if it is not on the path." };
        Command command = new("memory", "Weighs ourselves and rivals: resident bytes for each key of 16 bytes.") { rivals, keys, valueBytes, rounds, strict, garnet };
        command.SetAction((parsed, cancellation) => RunAsync(
            new MemoryOptions
            {
                Rivals = parsed.GetRequiredValue(rivals).Items,
                Keys = parsed.GetRequiredValue(keys).Items,
                ValueBytes = parsed.GetRequiredValue(valueBytes),
                Rounds = parsed.GetRequiredValue(rounds),
                Strict = parsed.GetValue(strict),
                GarnetPath = parsed.GetValue(garnet),
            },
            TimeProvider.System,
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(MemoryOptions options, TimeProvider time, CancellationToken cancellation)
    {
        // Which thread completes a receive makes no difference to memory: one variant of Garnet is enough.
        ServerCatalog servers = ServerCatalog.Find(options.Rivals, pinned: false, options.GarnetPath);
        ServerLaunch[] launches = [.. servers.Found.Where(launch => launch.Name != ServerCatalog.GarnetInline)];
        ResultsFolder folder = new("memory", time);
        foreach (string skipped in servers.Skipped)
            folder.Note($"skipped {skipped}");
        (IReadOnlyList<MemorySample> samples, IReadOnlyCollection<string> failures) = await Screen.WatchAsync(async sink =>
        {
            MemoryRun run = new(options, launches, sink, time);
            return (await run.RunAsync(cancellation), run.Failures);
        });
        List<TargetVerdict> verdicts = [];
        foreach (int keys in options.Keys)
        {
            MemorySample[] ofSize = [.. samples.Where(sample => sample.Keys == keys)];
            folder.Show(Figures(keys, options.ValueBytes, ofSize));
            verdicts.AddRange(TargetTable.Memory.Select(target => Judge(target, keys, ofSize)));
        }

        folder.Show(CompareReport.Targets(verdicts));
        foreach (string failure in failures)
            folder.Note($"failed: {failure}");
        folder.WriteRun(new { options, servers = launches, servers.Skipped, failures });
        folder.WriteSamples(MemorySample.CsvHeader, samples.Select(sample => sample.ToCsv()), copy: null);
        folder.Note($"results: {folder.RelativePath}");
        folder.WriteReport();
        return ExitCodes.Of(failures.Count > 0, options.Strict && verdicts.Any(verdict => verdict.Outcome == TargetOutcome.Missed));
    }

    private static Grid Figures(int keys, int valueBytes, MemorySample[] samples)
    {
        Grid grid = new($"{keys.ToString("N0", CultureInfo.InvariantCulture)} keys of 16 B with values of {valueBytes} B",
            "server", "empty MiB", "filled MiB", "bytes per key", "ours / it", "fill s");
        foreach (IGrouping<string, MemorySample> server in samples.GroupBy(sample => sample.Server))
        {
            grid.Add(server.Key, Middle(server, sample => sample.EmptyBytes / 1048576.0), Middle(server, sample => sample.FilledBytes / 1048576.0),
                Middle(server, sample => sample.BytesPerKey), server.Key == Ours ? Numbers.None : Numbers.Spread(RatioTo(server.Key, samples)),
                Middle(server, sample => sample.FillSeconds));
        }

        return grid;

        static string Middle(IEnumerable<MemorySample> server, Func<MemorySample, double> figure) => Numbers.Plain(Median.Of(server.Select(figure)).Value);
    }

    private static TargetVerdict Judge(Target target, int keys, MemorySample[] samples)
        => (target with { Test = $"{target.Test}, {keys.ToString("N0", CultureInfo.InvariantCulture)} keys" })
            .Judge(RatioTo(target.Rival, samples) is { } ratio ? [ratio.Value] : []);

    private static Median? RatioTo(string rival, MemorySample[] samples)
    {
        double[] ratios =
        [
            .. samples.Where(sample => sample.Server == Ours)
                .Join(samples.Where(sample => sample.Server == rival), ours => ours.Round, theirs => theirs.Round, (ours, theirs) => ours.BytesPerKey / theirs.BytesPerKey),
        ];
        return ratios.Length == 0 ? null : Median.Of(ratios);
    }
}
