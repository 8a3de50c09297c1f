using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes.Migrations;

/// <summary>
/// Two processes between which slots go to and fro through a faulty network while clients write, each migration interrupted once, at a random moment. A seed draws all of it. After each:
/// every slot has one owner, every key holds what it must, and nothing is left of the migration.
/// </summary>
internal sealed class InterruptedProcesses(int seed) : IAsyncDisposable
{
    private const int Clients = 3;
    private const int StepsBehind = 40;

    // Of a network that is neither down nor fast: a migration takes some tenths of a second.
    private const int BytesPerSecond = 6_000_000;

    private static readonly string[] Options =
    [
        "--slot_migration_retry_ms", "20", "--slot_migration_write_timeout_ms", "300", "--migration_finalization_timeout_ms", "500",
        "--slot_migration_connection_timeout_ms", "500", "--slot_migration_stall_ms", "300",
    ];

    private readonly Random _random = new(seed);
    private readonly List<string> _told = [];
    private ProcessCluster _cluster = null!;
    private Ballast _ballast = null!;
    private SequencesClient[] _clients = [];

    /// <summary>What was done and what came of it, round by round.</summary>
    public IReadOnlyList<string> Told => _told;

    /// <summary>Migrations that came to their end.</summary>
    public int Finished { get; private set; }

    /// <summary>Migrations that a manager had to decide, because who could answer whose the slots are had ended.</summary>
    public int Decided { get; private set; }

    /// <summary>Writes that were acknowledged.</summary>
    public long Acknowledged => _clients.Sum(client => client.Acknowledged);

    /// <summary>Redirections that clients followed.</summary>
    public long Redirections => _clients.Sum(client => client.Redirections);

    public async Task StartAsync()
    {
        _cluster = await ProcessCluster.StartAsync(nodes: 2, _random, Options);
        _cluster.Owners[0] = ClusterTexts.Slots(0, 8191);
        _cluster.Owners[1] = ClusterTexts.Slots(8192, KeySlot.Count - 1);
        await _cluster.ConfigureAsync();
        foreach (ProcessNode node in _cluster.Nodes)
            await node.IsQuietAsync();
        _ballast = new Ballast(_cluster);
        _clients = [.. Enumerable.Range(0, Clients).Select(i => new SequencesClient(_cluster, i, seed * Clients + i))];
    }

    /// <summary>One migration.</summary>
    public async Task RoundAsync(Interruption kind)
    {
        await _ballast.FillAsync();
        int from = _cluster.Owners[0].IsEmpty ? 1 : _cluster.Owners[1].IsEmpty ? 0 : _random.Next(2);
        Migration migration = new(_cluster[from], _cluster[1 - from], SomeOf(_cluster.Owners[from]));
        migration.Proxy.BytesPerSecond = _random.Next(3) == 0 ? 0 : BytesPerSecond;
        _told.Add($"{kind} {from}>{1 - from} {migration.Slots}");
        Array.ForEach(_clients, client => client.Start());
        long goal = migration.Proxy.PassedBytes + (long)(_random.NextDouble() * 1.2 * _ballast.BytesIn(migration.Slots));
        await _cluster.ConfigureAsync((from, 1 - from, migration.Slots));
        await MomentAsync(migration, goal);
        switch (kind)
        {
            case Interruption.StopSource or Interruption.KillSource:
                await EndAsync(migration, migration.Source, isKilled: kind == Interruption.KillSource);
                break;
            case Interruption.StopTarget or Interruption.KillTarget:
                await EndAsync(migration, migration.Target, isKilled: kind == Interruption.KillTarget);
                break;
            case Interruption.FlushSource or Interruption.FlushTarget:
                await FlushAsync(migration, kind == Interruption.FlushSource ? migration.Source : migration.Target);
                break;
            case Interruption.Reconfigure:
                await ReconfigureAsync(migration);
                break;
            default:
                await DisturbAsync(kind, migration.Proxy);
                migration.Proxy.GoOn();
                await SettleAsync(migration, waits: _random.Next(4) > 0);
                break;
        }

        migration.Proxy.GoOn();
        await JudgeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SequencesClient client in _clients)
            await client.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    // So many bytes of it have passed, or it has finished, and then a moment more.
    private async Task MomentAsync(Migration migration, long goal)
    {
        await Eventually.IsSoAsync(
            async () => migration.Proxy.PassedBytes >= goal || (await migration.Source.StatusAsync("out")).State is "FINISHED" or "FATAL",
            async () => $"{migration.Proxy.PassedBytes} of {goal} bytes, {await migration.Source.StatusAsync("out")}");
        await Task.Delay(_random.Next(4));
    }

    private async Task DisturbAsync(Interruption kind, FaultProxy proxy)
    {
        switch (kind)
        {
            case Interruption.Cut:
                proxy.Cut();
                break;
            case Interruption.ResetSome:
                for (int i = 0; i < 4; i++)
                {
                    proxy.ResetOne(_random.Next(5));
                    await Task.Delay(_random.Next(20));
                }

                break;
            case Interruption.ResetAll:
                proxy.Refuses = true;
                proxy.Reset();
                await Task.Delay(_random.Next(100));
                break;
            case Interruption.HalfCloseSource or Interruption.HalfCloseTarget:
                proxy.HalfClose(_random.Next(5), targetReadsEnd: kind == Interruption.HalfCloseTarget);
                break;
            case Interruption.Stall or Interruption.StallLong:
                proxy.Stall();
                await Task.Delay(kind == Interruption.Stall ? _random.Next(200) : _random.Next(600, 1800));
                break;
            case Interruption.Slow:
                proxy.BytesPerSecond = _random.Next(1000, 200_000);
                await Task.Delay(_random.Next(100, 800));
                break;
            default:
                throw new InvalidOperationException($"{kind} is nothing of the network");
        }
    }

    private async Task ReconfigureAsync(Migration migration)
    {
        bool isTaken = !await _cluster.TryTakeBackAsync(migration.Source, migration.Target);
        bool again = !isTaken && _random.Next(2) == 0;
        _told.Add(isTaken ? "too late" : again ? "and again" : "taken back");
        if (again)
            await _cluster.ConfigureAsync((migration.Source.Index, migration.Target.Index, migration.Slots));
        if (again || isTaken)
            await SettleAsync(migration, waits: true);
    }

    // Waits until it has finished, or takes it back as it is; who owns the slots is decided behind that.
    private async Task SettleAsync(Migration migration, bool waits)
    {
        (string State, string Error) status = await migration.Source.StatusAsync("out");
        if (waits)
        {
            await Eventually.IsSoAsync(
                async () => (status = await migration.Source.StatusAsync("out")).State is "FINISHED" or "FATAL",
                async () => $"source {status}, target {await migration.Target.StatusAsync("in")}");
        }

        _told.Add(status.ToString());
        if (status.State == "FATAL")
            StringAssert.Contains(status.Error, "a configuration must decide");
        if (status.State == "FINISHED")
            await _cluster.AgreeAsync(OwnersBehind(migration));
        if (!await TryTakeBackAsync(migration))
            await _cluster.ConfigureAsync();
    }

    // The source's word counts: either it has given the slots up, or the migration is no more.
    private async Task<bool> TryTakeBackAsync(Migration migration)
    {
        bool isForced = false;
        bool isTakenBack = await _cluster.TryTakeBackAsync(migration.Source, migration.Target, () => isForced = true);
        if (!isTakenBack)
        {
            _cluster.Moved(migration.Source.Index, migration.Target.Index, migration.Slots);
            Finished++;
        }

        Decided += isForced ? 1 : 0;
        return isTakenBack;
    }

    private async Task FlushAsync(Migration migration, ProcessNode flushed)
    {
        SlotSet touched = _cluster.Owners[flushed.Index].Union(migration.Slots);
        foreach (KeySequence sequence in SequencesIn(touched))
            sequence.MayBeEmptied();
        // On its way when the hand-over began, it is answered that slots are being handed over, and is sent again.
        string reply;
        while ((reply = (await flushed.AskAsync("FLUSHALL")).Text).StartsWith("TRYAGAIN ", StringComparison.Ordinal))
            _told.Add(reply);
        Assert.AreEqual("OK", reply);
        await SettleAsync(migration, waits: true);
        await StopClientsAsync();
        // Who owned the moving slots at that moment is not known here, but it was one of the two, and all keys of all shards have gone with the others.
        SlotSet staying = touched.Except(migration.Slots);
        bool? isEmptied = await _ballast.WasEmptiedAsync(migration.Slots);
        Assert.AreNotEqual(false, await _ballast.WasEmptiedAsync(staying), $"{flushed.Id} has kept keys");
        foreach (SequencesClient client in _clients)
        {
            foreach (KeySequence sequence in client.Sequences.Where(sequence => touched.Contains(sequence.Slot)))
            {
                bool? was = sequence.WasEmptied(await client.ReadAsync(sequence));
                if (staying.Contains(sequence.Slot))
                    Assert.AreNotEqual(false, was, $"{sequence.Key} {sequence}: {flushed.Id} has kept it");
                else
                    Assert.AreEqual(isEmptied ??= was, was ?? isEmptied, $"{sequence.Key} {sequence}: a part of the moving slots was emptied");
            }
        }

        _told.Add(isEmptied == true ? "emptied" : "not emptied");
        Array.ForEach(_clients, client => client.Start());
    }

    // TERM: it comes back with all it had. KILL: what it owned is lost.
    private async Task EndAsync(Migration migration, ProcessNode node, bool isKilled)
    {
        ProcessNode other = node == migration.Source ? migration.Target : migration.Source;
        node.Signal(isKilled ? "KILL" : "TERM");
        await node.EndAsync(isKilled);
        bool isKept = false;
        if (node == migration.Target)
        {
            isKept = await TryTakeBackAsync(migration);
        }
        else if ((await other.StatusAsync("in")).State == "FINISHED")
        {
            _cluster.Moved(migration.Source.Index, migration.Target.Index, migration.Slots);
            Finished++;
        }

        _told.Add($"{node.Id} ended: {_cluster.Owners[node.Index]} are its own");
        await _cluster.ConfigureAsync();
        await StopClientsAsync();
        if (isKilled)
        {
            // It may have taken the slots and a write to them, without its source having heard of it.
            foreach (KeySequence sequence in isKept ? SequencesIn(migration.Slots) : [])
                sequence.DecidedFor(migration.Source.Index);
            foreach (KeySequence sequence in SequencesIn(_cluster.Owners[node.Index]))
                sequence.Lost();
            _ballast.Lost(_cluster.Owners[node.Index]);
        }

        // The other one goes on alone, with all that is its own.
        Array.ForEach(_clients, client => client.Start());
        await AdvanceAsync(_cluster.Owners[other.Index]);
        await _cluster.ReviveAsync(node, NodeDraw.By(_random), () => isKilled ? Task.CompletedTask : _ballast.WasSavedAsync(node, _cluster.Owners[node.Index], migration.Slots));
    }

    private async Task JudgeAsync()
    {
        await AdvanceAsync(SlotSet.All);
        await StopClientsAsync();
        foreach (SequencesClient client in _clients)
            await client.CheckAsync();
        await _ballast.CheckAsync();
        foreach (ProcessNode node in _cluster.Nodes)
            await node.IsQuietAsync();
        await _cluster.AgreeAsync(_cluster.Owners);
        Assert.AreEqual(_ballast.Count + _clients.Sum(client => client.Sequences.Count(sequence => sequence.Exists)), await _cluster.SizeAsync(), "keys are lost, or there twice");
    }

    // Every client that has keys in these slots gets some more answers.
    private async Task AdvanceAsync(SlotSet slots)
    {
        SequencesClient[] clients = Array.FindAll(_clients, client => client.Sequences.Any(sequence => slots.Contains(sequence.Slot)));
        long[] goals = [.. clients.Select(client => client.Acknowledged + StepsBehind)];
        await Eventually.IsSoAsync(
            () => Task.FromResult(clients.Zip(goals).All(pair => pair.First.HasEnded || pair.First.Acknowledged >= pair.Second)),
            () => Task.FromResult("clients do not come on"));
    }

    private async Task StopClientsAsync()
    {
        foreach (SequencesClient client in _clients)
            await client.StopAsync();
    }

    private IEnumerable<KeySequence> SequencesIn(SlotSet slots) => _clients.SelectMany(client => client.Sequences).Where(sequence => slots.Contains(sequence.Slot));

    private SlotSet[] OwnersBehind(Migration migration)
    {
        SlotSet[] owners = [.. _cluster.Owners];
        owners[migration.Source.Index] = owners[migration.Source.Index].Except(migration.Slots);
        owners[migration.Target.Index] = owners[migration.Target.Index].Union(migration.Slots);
        return owners;
    }

    private SlotSet SomeOf(SlotSet owned)
    {
        while (true)
        {
            int start = _random.Next(KeySlot.Count);
            int end = Math.Min(KeySlot.Count - 1, start + _random.Next(500, 9000));
            if (owned.Intersect(ClusterTexts.Slots(start, end)) is { IsEmpty: false } some)
                return some;
        }
    }

    private sealed record Migration(ProcessNode Source, ProcessNode Target, SlotSet Slots)
    {
        public FaultProxy Proxy => Target.Proxy;
    }
}
