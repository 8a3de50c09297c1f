using System.Runtime.CompilerServices;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Simulator.Controls;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Nodes;

/// <summary>
/// One run of several nodes: slots move between them under load, nodes stop or are killed meanwhile; then all is settled, whoever is left shows that each slot has one
/// owner and no key is with anybody else, and stops.
/// </summary>
internal sealed class ClusterRun
{
    // Longer than all deadlines of migrations and stops together.
    private const long LimitMs = 400_000;
    private const long StepsMax = 1_000_000;

    private readonly Scenario _scenario;
    private readonly ClusterSetting _setting;
    private readonly Control _control;
    private readonly SimWorld _world;
    private readonly Oracle _oracle;
    private readonly SimCluster _cluster;
    private readonly NodeBallast _ballast;
    private readonly Movers _movers;
    private readonly ClusterFaults _faults;
    private Task _ended = Task.CompletedTask;

    private ClusterRun(Scenario scenario, Control control, TextWriter? told)
    {
        _scenario = scenario;
        _setting = scenario.Cluster!;
        _control = control;
        _world = new SimWorld(scenario.Seed, told) { BusyMax = SimWorld.UsualBusyMax };
        _oracle = new Oracle(_world);
        _cluster = new SimCluster(_world, _oracle);
        _ballast = new NodeBallast(_cluster, _world.RandomOf("ballast"));
        _movers = new Movers(_world, _cluster, _oracle);
        _faults = new ClusterFaults(_world, _cluster, _movers, _ballast, _oracle, _setting.Restarts, control.OnStart);
        NetworkProfile profile = control.ApplyToNetwork(scenario.Network);
        for (int i = 0; i < _setting.Shards.Count; i++)
        {
            NodeDisk? disk = scenario.Snapshots is { } snapshots ? new NodeDisk(_world, snapshots, _oracle, SimNode.IdOf(i)) : null;
            ProcessOptions options = control.Apply(new ProcessOptions { Shards = _setting.Shards[i], Settings = _setting.Options });
            _cluster.Add(new SimNode(_world, profile, i, options, disk, _cluster.ConnectAsync));
        }
    }

    /// <summary>Runs it. A call of its own: when it has returned nothing of the run is held any more.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static RunResult Run(Scenario scenario, Control control, TextWriter? told)
    {
        ClusterRun run = new(control.ApplyToScenario(scenario), control, told);
        SeededScheduler conductor = new(run._world, "conductor");
        WorldPump.Run(run._world, () => run._ended = conductor.Run(run.LiveAsync), () => run.IsOver);
        run.Judge();
        foreach (SimProcess process in run.Processes)
            process.Reclaim();
        return new RunResult(scenario, run._world.Trace.Value, run._world.Steps, run._world.NowMs, run.Ending, run._oracle.Found)
        {
            Moves = MoveCounts.Of(run._cluster, run._faults),
            Snapshots = run._cluster.Nodes.Aggregate(SnapshotCounts.None, (sum, node) => sum + SnapshotsOf(node)),
            HasKilledProcess = run.Lives.Any(life => life.IsKilled),
        };
    }

    private bool IsOver => _ended.IsCompleted || _world.NowMs > LimitMs || _world.Steps > StepsMax;

    private IEnumerable<NodeLife> Lives => _cluster.Nodes.SelectMany(node => node.Lives).Where(life => life.IsMade);

    private IEnumerable<SimProcess> Reloaded => _cluster.Nodes.SelectMany(node => node.Disk?.Reloaded ?? []);

    private IEnumerable<SimProcess> Processes => Lives.Select(life => life.Process).Concat(Reloaded);

    // The worst of all stops.
    private string Ending => !_ended.IsCompleted || Lives.Any(life => !life.HasEnded)
        ? "hung"
        : Lives.Where(life => !life.IsKilled).Select(life => life.Process.Report!.Verdict).DefaultIfEmpty().Max().ToString();

    private static SnapshotCounts SnapshotsOf(SimNode node) =>
        node.Disk is { } disk ? SnapshotCounts.Of(disk.History, [.. node.Lives.Skip(1).Select(life => life.Process), .. disk.Reloaded]) : SnapshotCounts.None;

    private async Task LiveAsync()
    {
        foreach (SimNode node in _cluster.Nodes)
            await node.StartAsync(_control.OnStart);
        // What making one threw has been reported.
        if (Lives.Count() < _cluster.Nodes.Count)
            return;
        await _cluster.ConfigureAsync();
        await _ballast.PrepareAsync(_setting.Ballast);
        _movers.Start(_scenario.Shares[0].Clients, _scenario.Shares[0].Operations);
        await Task.WhenAll(_faults.RunAsync(_scenario.Faults), _movers.Ended);
        _world.Note("all is settled now");
        await _cluster.SettleAsync(_setting);
        foreach (SimNode node in _cluster.Nodes.Where(node => !node.IsStopping))
            await JudgeSettledAsync(node);
        await _movers.WriteOnceMoreAsync();
        foreach (SimNode node in _cluster.Nodes)
            node.Scheduler.Post(() => node.Process.RequestStop(new StopRequest("the end of the run", Now: false)));
        foreach (SimNode node in _cluster.Nodes)
            await node.Process.Ended;
        foreach (SimNode node in _cluster.Nodes)
            node.Process.Exit();
        foreach (SimNode node in _cluster.Nodes.Where(node => node.Disk is not null))
            await ReloadAsync(node);
    }

    // What is on a node's disk in the end; after a stop that has saved, all that its clients were told.
    private async Task ReloadAsync(SimNode node)
    {
        if (await node.ReloadAsync() is { } image && node.IsSaved)
            JudgeImage(node, image);
    }

    // Nothing of any migration is left, each slot has the owner that the manager knows, and no key is with anybody else.
    private async Task JudgeSettledAsync(SimNode node)
    {
        if (!await _cluster.UntilAsync(() => node.IsStopping || LeftOf(node).All(left => left.Count == 0), seconds: 60))
            _oracle.Report(Wrong.Leaked, $"{node.Id} is not quiet: {string.Join(", ", LeftOf(node).Where(left => left.Count > 0))}");
        if (await NodeImage.ReadAsync(node.Process.Engine) is not { } image || node.IsStopping)
            return;
        SlotSet owned = _cluster.OwnedBy(node);
        _oracle.Require(image.Held.Equals(owned), Wrong.Torn, $"{node.Id} owns {image.Held}, and by the configuration {owned}");
        string[] strangers = [.. image.Strangers];
        _oracle.Require(strangers.Length == 0, Wrong.Leaked, $"{node.Id} holds {strangers.Length} keys of slots that are not its own: {string.Join(' ', strangers.Take(3))}");
    }

    private static (string What, long Count)[] LeftOf(SimNode node)
    {
        StoreEngine engine = node.Process.Engine;
        return
        [
            ("links to other nodes", node.Peers.Links.Count),
            ("flushes", engine.Cluster!.Flushes.Active),
            ("walks", engine.Shards.Count(shard => shard.Walks is not null)),
            ("leases", engine.Shards.Sum(shard => (long)shard.Keyspace.Arena.LiveLeases)),
            ("journals", engine.Journals.IsActive ? 1 : 0),
            ("blocks of migrations", node.Process.Graph.Describe().Count(block => block.Name.StartsWith("migration-", StringComparison.Ordinal))),
        ];
    }

    private void Judge()
    {
        foreach (string fault in _world.Faults)
            _oracle.Report(Wrong.Faulted, fault);
        if (!_ended.IsCompleted)
            _oracle.Report(Wrong.Hung, $"not over after {_world.NowMs} ms and {_world.Steps} steps; {string.Join(", ", Lives.Where(life => !life.HasEnded).Select(life => life.Scheduler.Name))} run");
        foreach (NodeLife life in Lives)
        {
            new ProcessJudge(_scenario, life.Network, _oracle).Judge(life.Process);
            _oracle.Require(life.Process.Report is null or { Verdict: StopVerdict.Stuck } || life.Peers.Links.Count == 0, Wrong.Leaked, $"{life.Peers.Links.Count} links of {life.Scheduler.Name} after the stop");
        }

        ProcessJudge alone = new(_scenario, new SimNetwork(_world, _scenario.Network), _oracle);
        foreach (SimProcess process in Reloaded)
            alone.Judge(process);
        foreach (SimNode node in _cluster.Nodes.Where(node => node.IsMade))
        {
            if (node.Life.Image is { } image)
                JudgeImage(node, image);
            JudgeParts(node.Lives[0].Process);
        }
    }

    // A process that comes after a kill may find parts; the first leaves none.
    private void JudgeParts(SimProcess first)
    {
        if (_scenario.MayRefuse is false && first is { Report.Verdict: StopVerdict.Clean, PartsLeft: { Count: > 0 } parts })
            _oracle.Report(Wrong.Leaked, $"parts of snapshots after the stop: {string.Join(", ", parts)}");
    }

    // What the owner of a slot held in the end, when it had stopped in order.
    private void JudgeImage(SimNode node, NodeImage image)
    {
        SlotSet owned = _cluster.OwnedBy(node);
        foreach (MovingKey key in _movers.Keys.Where(key => owned.Contains(key.Slot)))
            key.Judge(_oracle, image.Keys.GetValueOrDefault(key.Name));
        _ballast.Judge(_oracle, owned, image);
    }
}
