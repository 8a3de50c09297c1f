using System.CommandLine;
using DragonflyFlow.Perf.Host;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Rivals;

namespace DragonflyFlow.Perf.Snapshots;

/// <summary>The verb <c>snapshot</c>: what a snapshot costs clients and memory while it is made, how long it takes, and how long loading it does.</summary>
internal static class SnapshotVerb
{
    private const string Ours = "ours";

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        SnapshotOptions usual = new();
        Option<CommaList<string>> rivals = Cli.Names("--rivals", "Servers to compare with; one that is not installed is skipped.", [.. ServerCatalog.Rivals, "none"], usual.Rivals);
        Option<int> rounds = Cli.Number("--rounds", "Rounds; each starts every server afresh, in another order.", usual.Rounds, 1, 100);
        Option<int> keys = Cli.Number("--keys", "Keys of 16 bytes.", usual.Keys, 1, 100_000_000);
        Option<int> valueBytes = Cli.Number("--value-bytes", "Bytes of a value.", usual.ValueBytes, 1, 1_000_000);
        Option<CommaList<int>> pipelines = Cli.Numbers("--pipelines", "Requests that a client sends before it awaits the replies.", usual.Pipelines, 1, 1024);
        Option<int> clients = Cli.Number("--clients", "Connections of the load.", usual.Clients, 1, 10_000);
        Option<LoadTool> load = new("--load")
        {
            Description = "What loads the servers: auto = redis-benchmark where it is installed, and a snapshot before the measured one tells how many requests it may send; else our own; own, which is faster and leaves a server no rest.",
        };
        Option<int> seconds = Cli.Number("--seconds", "Seconds of load before each snapshot.", usual.Seconds, 1, 3600);
        Option<int> sinkLimit = Cli.Number("--sink-limit", "Bytes a second that our own file gets at most; nobody else runs then. 0 = no limit.", usual.SinkLimit, 0, int.MaxValue);
        Option<string[]> ours = new("--ours") { Description = "An option of ours, name=value; may be given several times.", DefaultValueFactory = _ => [.. usual.Ours] };
        Option<bool> strict = new("--strict") { Description = "Exit with 3 if a target is missed." };
        Option<string?> garnet = new("--garnet-path") { Description = "garnet-server, if it is not on the path." };
        Command command = new("snapshot", "Has ourselves and rivals save under load, and load what they have saved.")
        {
            rivals, rounds, keys, valueBytes, pipelines, clients, load, seconds, sinkLimit, ours, strict, garnet,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            new SnapshotOptions
            {
                Rivals = parsed.GetRequiredValue(rivals).Items,
                Rounds = parsed.GetRequiredValue(rounds),
                Keys = parsed.GetRequiredValue(keys),
                ValueBytes = parsed.GetRequiredValue(valueBytes),
                Pipelines = parsed.GetRequiredValue(pipelines).Items,
                Clients = parsed.GetRequiredValue(clients),
                Load = parsed.GetValue(load),
                Seconds = parsed.GetRequiredValue(seconds),
                SinkLimit = parsed.GetRequiredValue(sinkLimit),
                Ours = parsed.GetRequiredValue(ours),
                Strict = parsed.GetValue(strict),
                GarnetPath = parsed.GetValue(garnet),
            },
            TimeProvider.System,
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(SnapshotOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ServerCatalog servers = ServerCatalog.Find(options.Rivals, pinned: false, options.GarnetPath, saving: true);
        ServerLaunch[] launches = [.. servers.Found.Where(launch => IsPart(launch, options)).Select(launch => WithOptions(launch, options))];
        ResultsFolder folder = new("snapshot", time);
        foreach (string skipped in servers.Skipped)
            folder.Note($"skipped {skipped}");
        folder.Note(RealTimePriority.Describe());
        GeneratorProcess generator = GeneratorProcess.Choose(options.Load);
        folder.Note($"load: {(generator.IsOwn ? "our own" : generator.Name)}");
        SnapshotRun run = await Screen.WatchAsync(sink => new SnapshotRun(options, launches, generator, sink, time).RunAsync(cancellation));
        IReadOnlyList<SnapshotVerdict> verdicts = SnapshotTargets.Judge(options, run.Samples, run.Loads);
        folder.Show(SnapshotReport.Saves(options, run.Samples));
        folder.Show(SnapshotReport.Loads(run.Loads));
        folder.Show(SnapshotReport.Targets(verdicts));
        foreach (string failure in run.Failures)
            folder.Note($"failed: {failure}");
        folder.WriteRun(new { options, servers = launches, servers.Skipped, run.Failures, run.Loads });
        folder.WriteSamples(SnapshotSample.CsvHeader, run.Samples.Select(sample => sample.ToCsv()), copy: null);
        folder.Note($"results: {folder.RelativePath}");
        folder.WriteReport();
        return ExitCodes.Of(run.Failures.Count > 0, options.Strict && verdicts.Any(verdict => !verdict.IsReached));
    }

    // Which thread completes Garnet's receives makes no difference to its files.
    private static bool IsPart(ServerLaunch launch, SnapshotOptions options)
        => launch.Name == Ours || (options.SinkLimit == 0 && launch.Name != ServerCatalog.GarnetInline);

    private static ServerLaunch WithOptions(ServerLaunch launch, SnapshotOptions options)
    {
        if (launch.Name != Ours)
            return launch;
        List<string> line = [.. launch.CommandLine, .. options.Ours.Select(static option => $"--{option}")];
        if (options.SinkLimit > 0)
            line.Add($"--snapshot_write_limit={options.SinkLimit}");
        return launch with { CommandLine = line };
    }
}
