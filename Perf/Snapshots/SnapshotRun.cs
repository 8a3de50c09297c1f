using System.Net.Sockets;
using DragonflyFlow.Perf.Churn;
using DragonflyFlow.Perf.Compare;
using DragonflyFlow.Perf.Host;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Rivals;

namespace DragonflyFlow.Perf.Snapshots;

/// <summary>
/// The interleaved rounds: each server in turn is started, filled, left until it rests, loaded, made to save under that load, killed, and started again to find what it saved.
/// Nobody is pinned: who saves, a child or threads, needs a core beside the one that serves.
/// </summary>
internal sealed class SnapshotRun(SnapshotOptions options, IReadOnlyList<ServerLaunch> launches, GeneratorProcess generator, IProgressSink progress, TimeProvider time)
{
    private readonly List<SnapshotSample> _samples = [];
    private readonly List<LoadSample> _loads = [];
    private readonly List<string> _failures = [];

    /// <summary>Snapshots under load.</summary>
    public IReadOnlyList<SnapshotSample> Samples => _samples;

    /// <summary>Starts that found a snapshot.</summary>
    public IReadOnlyList<LoadSample> Loads => _loads;

    /// <summary>What could not be measured, and why.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Runs all rounds.</summary>
    public async Task<SnapshotRun> RunAsync(CancellationToken cancellation)
    {
        progress.Announce(options.Rounds * launches.Count);
        for (int round = 1; round <= options.Rounds; round++)
        {
            for (int place = 0; place < launches.Count; place++)
            {
                ServerLaunch launch = launches[(place + round - 1) % launches.Count];
                progress.Step($"round {round}/{options.Rounds}: {launch.Name}, {options.Keys:N0} keys with values of {options.ValueBytes} B");
                try
                {
                    await RunOneAsync(round, launch, cancellation);
                }
                catch (Exception failure) when (failure is InvalidOperationException or IOException or TimeoutException or SocketException)
                {
                    _failures.Add($"round {round}, {launch.Name}: {failure.Message}");
                }
            }
        }

        return this;
    }

    private async Task RunOneAsync(int round, ServerLaunch launch, CancellationToken cancellation)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(launch, CoreLayout.Free, cancellation);
        Workload workload = TestCatalog.Keyspace(options.Keys, options.ValueBytes);
        await Filler.FillAsync(server.Port, workload, cancellation);
        await ServerRest.AfterStartAsync(server, cancellation);
        foreach (int pipeline in options.Pipelines)
            _samples.Add(await SaveUnderLoadAsync(round, server, workload, pipeline, cancellation));
        (double first, double pong) = await server.RestartAsync(time, cancellation);
        _loads.Add(new LoadSample(round, launch.Name, pong - first, pong));
    }

    private async Task<SnapshotSample> SaveUnderLoadAsync(int round, ServerProcess server, Workload workload, int pipeline, CancellationToken cancellation)
    {
        TimeSpan calmTime = TimeSpan.FromSeconds(options.Seconds);
        using ISnapshotLoad load = LoadOf(server, workload, pipeline, round);
        await load.PrepareAsync(calmTime, cancellation);
        (LoadResult before, PingProbe calm) = await LoadAsync(load, server, () => Task.Delay(calmTime, time, cancellation));
        long resident = server.ResidentBytes;
        double? used = (await ServerInfo.ReadAsync(server.Port, cancellation, "memory")).Number("used_memory");

        // A snapshot that comes first borrows memory as well.
        SnapshotWatch rehearsed = new(server, time);
        FirstSnapshot? first = await load.PrepareAsync(rehearsed, cancellation);
        SnapshotWatch watch = new(server, time);
        (LoadResult during, PingProbe probe) = await LoadAsync(load, server, () => watch.RunAsync(cancellation));
        Dictionary<string, string> info = await ServerInfo.ReadAsync(server.Port, cancellation);
        if (!watch.IsOk)
            _failures.Add($"round {round}, {server.Launch.Name}, P{pipeline}: the snapshot failed: {info.GetValueOrDefault("rdb_last_bgsave_error", "no reason given")}");
        double? beside = info.Number("rdb_last_cow_size");
        return new SnapshotSample(round, server.Launch.Name, pipeline, before, during)
        {
            First = first,
            Seconds = watch.Seconds,
            PingBefore = calm.Answers,
            Ping = probe.Answers,
            PingServed = probe.Served,
            CoreStopMs = probe.StopMsMax,
            CutMs = (info.Number("rdb_last_cut_usec") ?? info.Number("latest_fork_usec")) / 1000,
            ResidentBefore = resident,
            ResidentPeak = Math.Max(rehearsed.ResidentPeak, watch.ResidentPeak) + (server.Launch.Forks ? (long)(beside ?? 0) : 0),
            OwnGrowth = 1 + (beside / used),
            FileBytes = server.FileBytes,
        };
    }

    private ISnapshotLoad LoadOf(ServerProcess server, Workload workload, int pipeline, int seed)
        => generator.IsOwn
            ? new OwnLoad(new SteadyLoad(server.Port, workload, options.Clients, pipeline, seed, time), time)
            : new BenchmarkLoad(generator, new LoadJob(server.Port, workload, options.Clients, pipeline, Requests: 0, Core: null));

    // Load and probe for as long as something takes.
    private async Task<(LoadResult Load, PingProbe Probe)> LoadAsync(ISnapshotLoad load, ServerProcess server, Func<Task> something)
    {
        PingProbe probe = new(server.Port, time);
        using CancellationTokenSource stop = new();
        Task<LoadResult> loading = load.RunAsync(stop.Token);
        Task probing = probe.RunAsync(stop.Token);
        try
        {
            await something();
        }
        finally
        {
            await stop.CancelAsync();
        }

        await probing;
        return (await loading, probe);
    }
}
