using System.Net.Sockets;
using DragonflyFlow.Perf.Compare;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Report;

namespace DragonflyFlow.Perf.Migration;

/// <summary>A pair of nodes that can be started: its name in the tables, and how.</summary>
internal sealed record PairLaunch(string Name, Func<CancellationToken, Task<NodePair>> StartAsync);

/// <summary>
/// The interleaved rounds: each pair in turn is started and filled for each scene, and moves its slots once: while nobody but a probe writes, and under load. Nobody is
/// pinned: two servers, whoever moves the slots, and the clients share the machine.
/// </summary>
internal sealed class MigrationRun(MigrationOptions options, IReadOnlyList<PairLaunch> launches, IProgressSink progress, TimeProvider time)
{
    private readonly List<MigrationSample> _samples = [];
    private readonly List<string> _failures = [];

    /// <summary>What was measured.</summary>
    public IReadOnlyList<MigrationSample> Samples => _samples;

    /// <summary>What could not be measured, and why.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Runs all rounds.</summary>
    public async Task<MigrationRun> RunAsync(CancellationToken cancellation)
    {
        progress.Announce(options.Rounds * launches.Count * options.Scenes.Count());
        for (int round = 1; round <= options.Rounds; round++)
        {
            foreach (Scene scene in options.Scenes)
            {
                for (int place = 0; place < launches.Count; place++)
                {
                    PairLaunch launch = launches[(place + round - 1) % launches.Count];
                    progress.Step($"round {round}/{options.Rounds}: {launch.Name} moves {options.Slots} slots of {options.Keys:N0} keys, {scene.Name()}");
                    try
                    {
                        _samples.Add(await RunOneAsync(round, launch, scene, cancellation));
                    }
                    catch (Exception failure) when (failure is InvalidOperationException or IOException or TimeoutException or SocketException)
                    {
                        _failures.Add($"round {round}, {launch.Name}, {scene.Name()}: {failure.Message}");
                    }
                }
            }
        }

        return this;
    }

    private async Task<MigrationSample> RunOneAsync(int round, PairLaunch launch, Scene scene, CancellationToken cancellation)
    {
        await using NodePair pair = await launch.StartAsync(cancellation);
        await Filler.FillAsync(pair.Source.Port, TestCatalog.Keyspace(options.Keys, options.ValueBytes), cancellation);
        if (scene == Scene.BothServe)
            await pair.MoveAsync(options.ServedBefore, cancellation);
        using FollowingLoad? load = scene != Scene.Idle ? new FollowingLoad(pair, options, round, time) : null;
        LoadResult? before = null;
        if (load is not null)
        {
            await LoadAsync(load, options.WarmUpSeconds);
            before = await BeforeAsync(pair, load, round);
        }

        WriteProbe probe = new(pair, options, round, time);
        using CancellationTokenSource stop = new();
        Task probing = probe.RunAsync(stop.Token);
        Task<LoadResult>? loading = load?.RunAsync(stop.Token);
        Moved moved;
        try
        {
            moved = await pair.MoveAsync(options.Slots, cancellation);
        }
        finally
        {
            await stop.CancelAsync();
        }

        await probing;
        LoadResult? during = loading is null ? null : await loading;
        if (await pair.WhatIsWrongAsync(options.Keys, cancellation) is { } wrong)
            throw new InvalidOperationException(wrong);
        return new MigrationSample(round, scene, launch.Name, moved, probe.Answers, probe.Oversleep) { Before = before, During = during, Redirections = load?.Redirections ?? 0 };
    }

    private async Task<LoadResult> LoadAsync(FollowingLoad load, int seconds)
    {
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(seconds), time);
        return await load.RunAsync(stop.Token);
    }

    // With a probe too, which takes its part of the machine from the load.
    private async Task<LoadResult> BeforeAsync(NodePair pair, FollowingLoad load, int round)
    {
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(options.Seconds), time);
        Task probing = new WriteProbe(pair, options, round, time).RunAsync(stop.Token);
        LoadResult before = await load.RunAsync(stop.Token);
        await probing;
        return before;
    }
}
