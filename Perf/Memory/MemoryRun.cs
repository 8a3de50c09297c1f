using System.Net.Sockets;
using DragonflyFlow.Perf.Compare;
using DragonflyFlow.Perf.Host;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Rivals;

namespace DragonflyFlow.Perf.Memory;

/// <summary>Fills each server from empty, one at a time, and reads what it holds then.</summary>
internal sealed class MemoryRun(MemoryOptions options, IReadOnlyList<ServerLaunch> launches, IProgressSink progress, TimeProvider time)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly List<string> _failures = [];

    /// <summary>What could not be measured, and why.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Runs all rounds.</summary>
    public async Task<IReadOnlyList<MemorySample>> RunAsync(CancellationToken cancellation)
    {
        progress.Announce(options.Rounds * options.Keys.Count * launches.Count);
        List<MemorySample> samples = [];
        for (int round = 1; round <= options.Rounds; round++)
        {
            foreach (int keys in options.Keys)
            {
                foreach (ServerLaunch launch in launches)
                {
                    progress.Step($"round {round}/{options.Rounds}: {keys:N0} keys into {launch.Name}");
                    await AddAsync(samples, round, keys, launch, cancellation);
                }
            }
        }

        return samples;
    }

    private async Task AddAsync(List<MemorySample> samples, int round, int keys, ServerLaunch launch, CancellationToken cancellation)
    {
        try
        {
            await using ServerProcess server = await ServerProcess.StartAsync(launch, CoreLayout.Free, cancellation);
            long empty = server.ResidentBytes;
            long start = time.GetTimestamp();
            await Filler.FillAsync(server.Port, TestCatalog.Keyspace(keys, options.ValueBytes), cancellation);
            double seconds = time.GetElapsedTime(start).TotalSeconds;
            await Task.Delay(Settling, time, cancellation);
            samples.Add(new MemorySample(round, launch.Name, keys, options.ValueBytes, empty, server.ResidentBytes, seconds));
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException or TimeoutException or SocketException)
        {
            _failures.Add($"{launch.Name}, {keys:N0} keys: {failure.Message}");
        }
    }
}
