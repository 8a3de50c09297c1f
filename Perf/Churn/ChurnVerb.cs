using System.CommandLine;
using System.Net.Sockets;
using DragonflyFlow.Perf.Host;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Rivals;

namespace DragonflyFlow.Perf.Churn;

/// <summary>The verb <c>churn</c>: the longest pauses of a server whose keys are overwritten without end.</summary>
internal static class ChurnVerb
{
    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        ChurnOptions usual = new();
        Option<CommaList<string>> rivals = Cli.Names("--rivals", "Servers to compare with.", ServerCatalog.Rivals, usual.Rivals);
        Option<int> keys = Cli.Number("--keys", "Keys.", usual.Keys, 1, 100_000_000);
        Option<int> valueBytes = Cli.Number("--value-bytes", "Bytes of a value.", usual.ValueBytes, 1, 1_000_000);
        Option<int> seconds = Cli.Number("--seconds", "How long.", usual.Seconds, 1, 86_400);
        Option<int> clients = Cli.Number("--clients", "Connections of the load.", usual.Clients, 1, 10_000);
        Option<int> pipeline = Cli.Number("--pipeline", "Requests that a client sends before it awaits the replies.", usual.Pipeline, 1, 1024);
        Option<bool> unpinned = new("--unpinned") { Description = "Leave server and load to the scheduler instead of giving each a core." };
        Option<string?> garnet = new("--garnet-path") { Description = "garnet-server, if it is not on the path." };
        Command command = new("churn", "Overwrites random keys for a time and looks for pauses of the server.")
        {
            rivals, keys, valueBytes, seconds, clients, pipeline, unpinned, garnet,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            new ChurnOptions
            {
                Rivals = parsed.GetRequiredValue(rivals).Items,
                Keys = parsed.GetRequiredValue(keys),
                ValueBytes = parsed.GetRequiredValue(valueBytes),
                Seconds = parsed.GetRequiredValue(seconds),
                Clients = parsed.GetRequiredValue(clients),
                Pipeline = parsed.GetRequiredValue(pipeline),
                Pinned = !parsed.GetValue(unpinned),
                GarnetPath = parsed.GetValue(garnet),
            },
            TimeProvider.System,
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ChurnOptions options, TimeProvider time, CancellationToken cancellation)
    {
        CoreLayout cores = CoreLayout.Choose(options.Pinned, out string? whyNotPinned);
        ServerCatalog servers = ServerCatalog.Find(options.Rivals, cores.ServerCore is not null, options.GarnetPath);
        ResultsFolder folder = new("churn", time);
        foreach (string skipped in servers.Skipped)
            folder.Note($"skipped {skipped}");
        folder.Note(RealTimePriority.Describe());
        if (whyNotPinned is not null)
            folder.Note($"not pinned: {whyNotPinned}");

        List<ChurnResult> results = [];
        List<string> failures = [];
        await Screen.WatchAsync(async sink =>
        {
            sink.Announce(servers.Found.Count);
            foreach (ServerLaunch launch in servers.Found)
            {
                sink.Step($"{launch.Name}: {options.Keys:N0} keys, {options.Seconds} s");
                try
                {
                    results.Add(await ChurnRun.RunAsync(options, launch, cores, time, cancellation));
                }
                catch (Exception failure) when (failure is InvalidOperationException or IOException or TimeoutException or SocketException)
                {
                    failures.Add($"{launch.Name}: {failure.Message}");
                }
            }

            return results.Count;
        });

        folder.Show(Figures(options, results));
        foreach (string failure in failures)
            folder.Note($"failed: {failure}");
        folder.WriteRun(new { options, servers = servers.Found, servers.Skipped, failures });
        folder.WriteSamples(ChurnResult.CsvHeader, results.Select(result => result.ToCsv()), copy: null);
        folder.Note($"results: {folder.RelativePath}");
        folder.WriteReport();
        return ExitCodes.Of(failures.Count > 0, missed: false);
    }

    private static Grid Figures(ChurnOptions options, IEnumerable<ChurnResult> results)
    {
        Grid grid = new($"{options.Seconds} s of SET over {options.Keys:N0} keys, pipeline {options.Pipeline}; 'served' is the longest without the times in which a core ran nobody, of which 'core stop' is the longest",
            "server", "krps", "PING p99 ms", "p99.9 ms", "longest ms", "served ms", "core stop ms", "GC longest ms", "GC share", "CPU s/Mop", "memory growth");
        foreach (ChurnResult result in results)
        {
            grid.Add(result.Server, Numbers.Plain(result.Load.OpsPerSecond / 1000), Numbers.Plain(result.Probe.Answers.PercentileMs(99)),
                Numbers.Plain(result.Probe.Answers.PercentileMs(99.9)), Numbers.Plain(result.Probe.Answers.MaxMs()), Numbers.Plain(result.Probe.Served.MaxMs()), Numbers.Plain(result.Probe.StopMsMax),
                Numbers.Plain(result.GcPauseMsMax), Numbers.Plain(result.GcPauseShare), Numbers.Plain(result.CpuSecondsPerMillion),
                Numbers.Ratio(result.MemoryGrowth));
        }

        return grid;
    }
}
