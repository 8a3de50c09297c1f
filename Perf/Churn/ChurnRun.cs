using DragonflyFlow.Perf.Compare;
using DragonflyFlow.Perf.Host;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Rivals;

namespace DragonflyFlow.Perf.Churn;

/// <summary>Fills one server, overwrites random keys for a time, and probes it all the while.</summary>
internal static class ChurnRun
{
    private const double MicrosecondsPerSecond = 1e6;

    /// <summary>Runs it on one server.</summary>
    public static async Task<ChurnResult> RunAsync(
        ChurnOptions options, ServerLaunch launch, CoreLayout cores, TimeProvider time, CancellationToken cancellation)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(launch, cores, cancellation);
        Workload workload = TestCatalog.Keyspace(options.Keys, options.ValueBytes);
        await Filler.FillAsync(server.Port, workload, cancellation);
        long filledBytes = server.ResidentBytes;
        LoadJob job = new(server.Port, workload, options.Clients, options.Pipeline, Requests: 1, launch.Pinned ? cores.LoadCore : null)
        {
            Seconds = options.Seconds,
        };

        PingProbe probe = new(server.Port, time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ProcStat before = server.Cpu;
        Task probing = probe.RunAsync(stop.Token);
        LoadResult load;
        try
        {
            load = await GeneratorProcess.Own().RunAsync(job, cancellation);
        }
        finally
        {
            await stop.CancelAsync();
            await probing;
        }

        double cpuSeconds = server.Cpu.CpuSeconds - before.CpuSeconds;
        Dictionary<string, string> info = await ServerInfo.ReadAsync(server.Port, cancellation);
        return new ChurnResult(launch.Name, load, probe)
        {
            GcPauseMsMax = info.Number("gc_pause_ms_max"),
            GcPauseShare = info.Number("gc_pause_share"),
            CpuSecondsPerMillion = cpuSeconds / (load.OpsPerSecond * options.Seconds) * MicrosecondsPerSecond,
            MemoryGrowth = (double)server.ResidentBytes / filledBytes,
        };
    }
}
