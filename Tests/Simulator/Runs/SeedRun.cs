using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Tests.Simulator.Controls;
using DragonflyFlow.Tests.Simulator.Faults;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Workloads;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>One run of one scenario: builds the world, lets it go on until all have ended, and looks at what is left.</summary>
internal sealed class SeedRun
{
    // Longer than all deadlines of a stop, and than any pause or stall: a client that is stalled when the process is killed sees it when the stall ends.
    private const long LimitMs = 700_000;
    private const long StepsMax = 2_000_000;

    private readonly Scenario _scenario;
    private readonly Control _control;
    private readonly SimWorld _world;
    private readonly SimNetwork _network;
    private readonly Oracle _oracle;
    private readonly SeededScheduler _machine;
    private readonly List<Workload> _workloads;
    private SimProcess? _process;
    private Task _ended = Task.CompletedTask;

    private SeedRun(Scenario scenario, Control control, TextWriter? told)
    {
        _scenario = scenario;
        _control = control;
        _world = new SimWorld(scenario.Seed, told);
        _network = new SimNetwork(_world, control.ApplyToNetwork(scenario.Network));
        _oracle = new Oracle(_world);
        _machine = new SeededScheduler(_world, "server");
        _workloads = [.. scenario.Shares.Select(share => Catalogue.Make(share.Workload))];
    }

    /// <summary>Runs a scenario; not on a thread of the pool.</summary>
    public static RunResult Run(Scenario scenario, Control? control = null, TextWriter? told = null)
    {
        SeedRun run = new(scenario, control ?? Control.None, told);
        UnobservedTasks.Begin();
        // Not of the server's scheduler: that one may be killed.
        SeededScheduler conductor = new(run._world, "conductor");
        WorldPump.Run(run._world, () => run._ended = conductor.Run(run.LiveAsync), () => run.IsOver);
        run.Judge();
        run._process?.Reclaim();
        return new RunResult(scenario, run._world.Trace.Value, run._world.Steps, run._world.NowMs, run.Ending, run._oracle.Found);
    }

    private bool IsOver => _ended.IsCompleted || _world.NowMs > LimitMs || _world.Steps > StepsMax;

    private string Ending => _process is not { Ended.IsCompleted: true } ended ? "hung" : ended.Report?.Verdict.ToString() ?? "killed";

    private async Task LiveAsync()
    {
        ProcessOptions options = _control.Apply(new ProcessOptions { Shards = _scenario.Shards });
        await _machine.Run(() =>
        {
            _process = SimProcess.Start(_world, _machine, options);
            _control.OnStart(_process);
            return Task.CompletedTask;
        });
        // What making it threw has been reported.
        if (_process is null)
            return;
        Bench bench = new(_world, _network, _process, _scenario, _oracle);
        for (int i = 0; i < _workloads.Count; i++)
            _workloads[i].Start(bench, _scenario.Shares[i].Clients, _scenario.Shares[i].Operations);
        new FaultDriver(bench, _control.Manners).Schedule();
        await bench.Machine.Run(async () =>
        {
            await _process.Ended;
            await bench.ClientsEnded;
        });
    }

    private void Judge()
    {
        foreach (string fault in _world.Faults)
            _oracle.Report(Wrong.Faulted, fault);
        if (!_ended.IsCompleted || _process is null)
            _oracle.Report(Wrong.Hung, $"not over after {_world.NowMs} ms and {_world.Steps} steps; the process is {Ending}");
        else if (_process.Report is { } report)
            JudgeStop(_process, report);
        JudgeMemoryUse();
        UnobservedTasks.End(_oracle);
    }

    private void JudgeMemoryUse()
    {
        if (_process is null)
            return;
        long touches = _process.Engine.Shards.Sum(shard => shard.Keyspace.Arena.StaleUses);
        _oracle.Require(touches == 0, Wrong.Touched, $"{touches} uses of freed memory");
        // What was given up at a deadline is judged by the verdict of the stop.
        foreach ((string block, Exception cause) in _process.Log.Faults.Where(fault => fault.Cause is not TimeoutException && _process.Report?.Verdict != StopVerdict.Stuck))
            _oracle.Report(Wrong.Faulted, $"{block}: {cause.GetType().Name}: {cause.Message}");
    }

    private void JudgeStop(SimProcess process, StopReport report)
    {
        StopVerdict worst = _scenario.KeepsShardForEver ? StopVerdict.Stuck : _scenario.IsGentle ? StopVerdict.Clean : StopVerdict.TimedOut;
        bool isExpected = report.Verdict is not (StopVerdict.Faulted or StopVerdict.Unbalanced) && report.Verdict <= worst;
        _oracle.Require(isExpected, report.Verdict >= StopVerdict.TimedOut ? Wrong.Hung : Wrong.Faulted, $"the stop went {report.ToJson()}");
        if (process.Image is { } image)
        {
            foreach (Workload workload in _workloads)
                workload.Judge(_oracle, image);
        }
        else if (report.Verdict != StopVerdict.Stuck)
        {
            _oracle.Report(Wrong.Lost, "no image was taken");
        }

        if (report.Verdict == StopVerdict.Stuck)
            JudgeKept(process);
        else
            JudgeLeaks(process);
    }

    // What still runs keeps its memory.
    private void JudgeKept(SimProcess process)
    {
        bool kept = process.Engine.Shards.All(shard => shard.Keyspace.Arena.ReservedBytes > 0 || shard.Keyspace.Arena.AllocatedBytes == 0);
        _oracle.Require(kept && process.Graph.LiveBlocks > 0, Wrong.Leaked, "a stuck stop released memory or does not say what lives");
    }

    private void JudgeLeaks(SimProcess process)
    {
        foreach ((string what, long count) in Leftovers.Of(process, _network))
            _oracle.Require(count == 0, Wrong.Leaked, $"{count} {what} after the stop");
    }
}
