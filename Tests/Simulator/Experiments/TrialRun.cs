using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Simulator.Controls;
using DragonflyFlow.Tests.Simulator.Faults;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Experiments;

/// <summary>One trial: a store under load, its streamers on their way, a stop at the moment asked for; and then a look at all that the stop should have kept or let go.</summary>
internal sealed class TrialRun
{
    // Longer than all deadlines of a stop.
    private const long LimitMs = 200_000;
    private const long StepsMax = 3_000_000;
    private const int Clients = 3;
    private const double KeptShare = 0.5;

    // What still runs between the end of the stop and the exit of the process is what is looked for.
    private const int LingerMs = 60;

    private readonly Trial _trial;
    private readonly SimWorld _world;
    private readonly SimNetwork _network;
    private readonly Oracle _oracle;
    private readonly SeededScheduler _machine;
    private readonly SimRandom _random;
    private readonly StampedWrites _writes = new();
    private SimProcess? _process;
    private StreamerSet? _streamers;
    private Task _ended = Task.CompletedTask;
    private (string What, long Count)[] _left = [];

    private TrialRun(Trial trial, TextWriter? told)
    {
        _trial = trial;
        // Times of stops are measured here: a machine that sleeps until the next deadline would be all that is seen.
        _world = new SimWorld(trial.WorldSeed, told) { BusyMax = TimeSpan.FromMilliseconds(2) };
        _random = _world.RandomOf("trial");
        _network = new SimNetwork(_world, new NetworkProfile(20, 300, 1460, 65536, 0, _random.Pick([0, 0.2]), _random.Chance(0.4)));
        _oracle = new Oracle(_world);
        _machine = new SeededScheduler(_world, "server");
    }

    /// <summary>Runs a trial; not on a thread of the pool.</summary>
    public static TrialResult Run(Trial trial, TextWriter? told = null)
    {
        TrialRun run = new(trial, told);
        UnobservedTasks.Begin();
        SeededScheduler conductor = new(run._world, "conductor");
        WorldPump.Run(run._world, () => run._ended = conductor.Run(run.LiveAsync), () => run.IsOver);
        TrialResult result = run.Judge();
        run._process?.Reclaim();
        return result;
    }

    private bool IsOver => _ended.IsCompleted || _world.NowMs > LimitMs || _world.Steps > StepsMax;

    private async Task LiveAsync()
    {
        await _machine.Run(StartAsync);
        // What making it threw has been noted as a fault of the world.
        if (_process is null || _streamers is null)
            return;
        Bench bench = new(_world, _network, null, _process, new Scenario(_world.Seed, _process.Engine.Shards.Length, null!, [], []), _oracle);
        _writes.Start(bench, Clients);
        await _machine.Run(StopInPhaseAsync);
        await bench.Machine.Run(async () =>
        {
            await _process.Ended;
            _left = Leftovers.Of(_process, _network);
            // The process is gone; its machine ends what it has left open.
            _network.ResetAll();
            await bench.ClientsEnded;
        });
    }

    private async Task StartAsync()
    {
        ProcessOptions options = new()
        {
            Shards = _random.Between(1, 3),
            Order = StopOrders.All.First(order => order.Name == _trial.Order).Order,
            LingerMs = LingerMs,
            Settings = StreamerKind.Find(_trial.Streamer)!.Settings,
        };
        _process = SimProcess.Start(_world, _machine, options);
        await StoreFill.RunAsync(_process.Engine, _random.Between(40, 160), StampedWrites.ListsOf(Clients));
        _streamers = new StreamerSet(_world, _process, _trial);
        _process.OnKill = _streamers.Drop;
    }

    private async Task StopInPhaseAsync()
    {
        // By then all clients are connected.
        await PassAsync(55_000, 90_000);
        _streamers!.Build();
        if (_trial.Phase == StopPhase.BeforeStart || _trial.Streamers == 0)
        {
            _streamers.Start(fromMs: 4, toMs: 12);
            await PassAsync(0, 3_000);
        }
        else
        {
            _streamers.Start(fromMs: 0, toMs: 2);
            await _streamers.Reached;
        }

        // The trouble may come just before the stop or just after it, and shards may be busy with a long batch.
        foreach (ShardBlock shard in _process!.Engine.Shards.Where(_ => _random.Chance(KeptShare)))
            _ = shard.Post(new KeptShard(_world, _machine, TimeSpan.FromMicroseconds(_random.Between(100, 30_000))));
        bool isTroubleFirst = _random.Chance(0.5);
        if (isTroubleFirst)
            _streamers.BeginTrouble();
        await PassAsync(0, _trial.Phase == StopPhase.Finalise ? 300 : 1_500);
        _process.RequestStop(new StopRequest("the trial", Now: false));
        await PassAsync(0, 2_000);
        _streamers.BeginTrouble();
    }

    private Task PassAsync(int fromUs, int toUs) => _world.Delay(TimeSpan.FromMicroseconds(_random.Between(fromUs, toUs)), _machine);

    private TrialResult Judge()
    {
        StopReport? report = _process?.Report;
        _writes.Judge(_process?.Image);
        int unseen = UnobservedTasks.End().Count;
        IReadOnlyList<StageReport> stages = report?.Stages ?? [];
        bool waits = StopOrders.All.First(order => order.Name == _trial.Order).Order.Waits;
        bool isHung = !_ended.IsCompleted || report is null || (waits && report.Verdict >= StopVerdict.TimedOut);
        return new TrialResult(
            _trial,
            _world.Trace.Value,
            report?.Verdict.ToString() ?? TrialResult.Hangs,
            report?.DurationMs ?? LimitMs,
            [.. Enum.GetValues<Stage>().Select(stage => stages.Where(done => done.Stage == stage).Sum(done => done.DurationMs))])
        {
            Drained = stages.Sum(stage => stage.Drained),
            Refused = stages.Sum(stage => stage.Refused),
            Abandoned = stages.Sum(stage => stage.Abandoned + stage.Failed),
            Acknowledged = _writes.Acknowledged,
            Whole = _streamers?.Whole ?? 0,
            Lost = _writes.Lost,
            Doubled = _writes.Doubled,
            Touches = _process?.Engine.Shards.Sum(shard => shard.Keyspace.Arena.StaleUses) ?? 0,
            StreamerTouches = _streamers?.Stale ?? 0,
            Hung = isHung ? 1 : 0,
            Leaked = _left.Count(left => left.Count > 0),
            Torn = _streamers?.Torn ?? 0,
            Faulted = unseen + _world.Faults.Count + _oracle.Found.Count + (_process?.Log.Faults.Count ?? 0),
        };
    }
}
