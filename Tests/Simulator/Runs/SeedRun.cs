using System.Runtime.CompilerServices;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Tests.Simulator.Controls;
using DragonflyFlow.Tests.Simulator.Disks;
using DragonflyFlow.Tests.Simulator.Faults;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Nodes;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Workloads;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>One run of one scenario: builds the world, lets it go on until all have ended, and looks at what is left.</summary>
internal sealed class SeedRun
{
    // Longer than all deadlines of a stop, and than any pause or stall: a client that is stalled when the process is killed sees it when the stall ends.
    private const long LimitMs = 760_000;
    private const long StepsMax = 2_000_000;

    private readonly Scenario _scenario;
    private readonly Control _control;
    private readonly SimWorld _world;
    private readonly SimNetwork _network;
    private readonly Oracle _oracle;
    private readonly ProcessJudge _judge;
    private readonly SnapshotHistory _history;
    private readonly SimDisk? _disk;
    private readonly Restart? _restart;
    private readonly SeededScheduler _machine;
    private readonly List<Workload> _workloads;
    private SimProcess? _process;
    private Task _ended = Task.CompletedTask;

    private SeedRun(Scenario scenario, Control control, TextWriter? told)
    {
        _scenario = scenario;
        _control = control;
        _world = new SimWorld(scenario.Seed, told) { BusyMax = SimWorld.UsualBusyMax };
        _network = new SimNetwork(_world, control.ApplyToNetwork(scenario.Network));
        _oracle = new Oracle(_world);
        _judge = new ProcessJudge(scenario, _network, _oracle);
        _history = new SnapshotHistory(_world) { Mark = () => [.. _workloads!.Select(workload => workload.Mark())] };
        if (scenario.Snapshots is { } setting)
        {
            _disk = new SimDisk(_world, setting.Disk);
            _restart = new Restart(_world, setting, _disk, _history, _oracle);
        }

        _machine = new SeededScheduler(_world, "server");
        _workloads = [.. scenario.Shares.Select(share => Catalogue.Make(share.Workload))];
    }

    /// <summary>Runs a scenario; not on a thread of the pool.</summary>
    public static RunResult Run(Scenario scenario, Control? control = null, TextWriter? told = null)
    {
        control ??= Control.None;
        UnobservedTasks.Begin();
        RunResult result = scenario.Cluster is null ? Live(scenario, control, told) : ClusterRun.Run(scenario, control, told);
        IEnumerable<(Wrong, string)> unseen = UnobservedTasks.End();
        // Who was to look at them is stuck in a process that has ended.
        return result.Ending == nameof(StopVerdict.Stuck) || result.HasKilledProcess ? result : result with { Found = [.. result.Found, .. unseen] };
    }

    // A call of its own: when it has returned nothing of the run is held any more, and the collector finds what failed unseen.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RunResult Live(Scenario scenario, Control control, TextWriter? told)
    {
        SeedRun run = new(scenario, control, told);
        // Not of the server's scheduler: that one may be killed.
        SeededScheduler conductor = new(run._world, "conductor");
        WorldPump.Run(run._world, () => run._ended = conductor.Run(run.LiveAsync), () => run.IsOver);
        run.Judge();
        foreach (SimProcess process in run.Processes)
            process.Reclaim();
        return new RunResult(scenario, run._world.Trace.Value, run._world.Steps, run._world.NowMs, run.Ending, run._oracle.Found)
        {
            HasKilledProcess = run.IsKilled,
            Snapshots = run._restart is { } restart ? SnapshotCounts.Of(run._history, restart.Processes) : SnapshotCounts.None,
        };
    }

    private IEnumerable<SimProcess> Processes => [.. _process is null ? [] : new[] { _process }, .. _restart?.Processes ?? []];

    private bool IsOver => _ended.IsCompleted || _world.NowMs > LimitMs || _world.Steps > StepsMax;

    private string Ending => _process is not { Ended.IsCompleted: true } ended ? "hung" : ended.Report?.Verdict.ToString() ?? "killed";

    private bool IsKilled => _process is { Ended.IsCompleted: true, Report: null };

    private async Task LiveAsync()
    {
        ProcessOptions options = _control.Apply(new ProcessOptions
        {
            Shards = _scenario.Shards,
            Disk = _disk,
            History = _disk is null ? null : _history,
            Settings = _scenario.Snapshots?.Options ?? [],
        });
        await _machine.Run(() =>
        {
            _process = SimProcess.Start(_world, _machine, options);
            _control.OnStart(_process);
            return Task.CompletedTask;
        });
        // What making it threw has been reported.
        if (_process is null)
            return;
        SimRandom fill = _world.RandomOf("fill");
        foreach (Workload workload in _workloads)
            await _machine.Run(() => workload.PrepareAsync(_process, fill));
        Bench bench = new(_world, _network, _disk, _process, _scenario, _oracle);
        for (int i = 0; i < _workloads.Count; i++)
            _workloads[i].Start(bench, _scenario.Shares[i].Clients, _scenario.Shares[i].Operations);
        new FaultDriver(bench, _control.Manners).Schedule();
        await bench.Machine.Run(async () =>
        {
            await _process.Ended;
            await bench.ClientsEnded;
        });
        if (_restart is null)
            return;
        _process.Exit();
        await _restart.RunAsync(options, IsSaved ? Hold : null);
    }

    // Whether what the clients know at the end is on the disk, by the contract of a stop.
    private bool IsSaved => _process is { Report.Verdict: StopVerdict.Clean, SavesAtStop: true };

    private void Judge()
    {
        foreach (string fault in _world.Faults)
            _oracle.Report(Wrong.Faulted, fault);
        if (!_ended.IsCompleted || _process is null)
            _oracle.Report(Wrong.Hung, $"not over after {_world.NowMs} ms and {_world.Steps} steps; the process is {Ending}");
        foreach (SimProcess process in Processes)
            _judge.Judge(process);
        if (_process is { Report: not null, Image: { } image })
            Hold(image);
        if (_scenario.MayRefuse is false && _process is { Report.Verdict: StopVerdict.Clean, PartsLeft: { Count: > 0 } parts })
            _oracle.Report(Wrong.Leaked, $"parts of snapshots after the stop: {string.Join(", ", parts)}");
    }

    private void Hold(FinalImage image)
    {
        foreach (Workload workload in _workloads)
            workload.Mark()(_oracle, image);
    }
}
