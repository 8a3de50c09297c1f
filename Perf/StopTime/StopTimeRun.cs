using System.Net.Sockets;
using DragonflyFlow.Perf.Compare;
using DragonflyFlow.Perf.Host;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Rivals;

namespace DragonflyFlow.Perf.StopTime;

/// <summary>Fills each server from empty and stops it, one at a time, round by round.</summary>
internal sealed class StopTimeRun(StopTimeOptions options, IReadOnlyList<ServerLaunch> launches, IProgressSink progress, TimeProvider time)
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly List<string> _failures = [];

    /// <summary>What could not be measured, and why.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Runs all rounds; each begins with another server.</summary>
    public async Task<IReadOnlyList<StopTimeSample>> RunAsync(CancellationToken cancellation)
    {
        progress.Announce(options.Rounds * launches.Count);
        List<StopTimeSample> samples = [];
        for (int round = 1; round <= options.Rounds; round++)
        {
            for (int at = 0; at < launches.Count; at++)
            {
                ServerLaunch launch = launches[(round + at) % launches.Count];
                progress.Step($"round {round}/{options.Rounds}: {launch.Name} with {options.Keys:N0} keys");
                await AddAsync(samples, round, launch, cancellation);
            }
        }

        return samples;
    }

    private async Task AddAsync(List<StopTimeSample> samples, int round, ServerLaunch launch, CancellationToken cancellation)
    {
        try
        {
            await using ServerProcess server = await ServerProcess.StartAsync(launch, CoreLayout.Free, cancellation);
            await Filler.FillAsync(server.Port, TestCatalog.Keyspace(options.Keys, options.ValueBytes), cancellation);
            await Task.Delay(Settling, time, cancellation);
            long resident = server.ResidentBytes;
            long began = time.GetTimestamp();
            int exitCode = await server.StopAsync(cancellation);
            double seconds = time.GetElapsedTime(began).TotalSeconds;
            if (exitCode != 0)
                throw new InvalidOperationException($"the stop ended with code {exitCode}");
            samples.Add(new StopTimeSample(round, launch.Name, options.Keys, options.ValueBytes, resident, seconds, exitCode, StopTimeSample.StagesIn(server.LastPrinted())));
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException or TimeoutException or SocketException)
        {
            _failures.Add($"{launch.Name}, round {round}: {failure.Message}");
        }
    }
}
