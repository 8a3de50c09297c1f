// Owner: the manager's scheduler. What it does, it does one thing after the other, as a manager of a cluster should.

using System.Text;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Nodes;

/// <summary>Nodes between which slots move, and their manager: it tells them who owns what, lets migrations begin and takes them back, and finds out what became of each.</summary>
internal sealed class SimCluster(SimWorld world, Oracle oracle)
{
    private const string HandedOver = "have been handed over";
    private const string Undecided = "TRYAGAIN";

    private readonly SeededScheduler _manager = new(world, "manager");
    private readonly SimRandom _random = world.RandomOf("manager");
    private readonly List<SimNode> _nodes = [];
    private readonly List<Move> _moves = [];
    private readonly List<SlotSet> _owners = [];
    private Task _acts = Task.CompletedTask;
    private long _epoch;

    public IReadOnlyList<SimNode> Nodes => _nodes;

    /// <summary>Migrations that were declared, oldest first; those too that are settled.</summary>
    public IReadOnlyList<Move> Moves => _moves;

    /// <summary>Ends when all has been done that was to be done.</summary>
    public Task Acts => _acts;

    /// <summary>Adds a node.</summary>
    public void Add(SimNode node)
    {
        _nodes.Add(node);
        _owners.Add(SlotSet.Empty);
    }

    /// <summary>Connects to the node at a port; null if it does not take connections.</summary>
    public Task<SimSocket?> ConnectAsync(int port, SeededScheduler client)
    {
        NodeLife life = _nodes.First(candidate => candidate.Port == port).Life;
        return life.Network.ConnectAsync(client, life.Scheduler, (transport, peer) => life.IsMade && life.Process.Accept(transport, peer));
    }

    /// <summary>The owner of a slot as far as the manager knows: right when all migrations are settled.</summary>
    public SimNode OwnerOf(int slot) => _nodes[_owners.FindIndex(owned => owned.Contains(slot))];

    /// <summary>The slots of a node, as far as the manager knows.</summary>
    public SlotSet OwnedBy(SimNode node) => _owners[node.Index];

    /// <summary>Divides the slots and tells all nodes.</summary>
    public Task ConfigureAsync() => Act(() =>
    {
        int[] cuts = [0, .. Enumerable.Range(1, _nodes.Count - 1).Select(_ => 1 + _random.Below(KeySlot.Count - 2)).Order(), KeySlot.Count];
        for (int i = 0; i < _nodes.Count; i++)
            _owners[i] = cuts[i] < cuts[i + 1] ? SlotSet.Of([new SlotRange(cuts[i], cuts[i + 1] - 1)]) : SlotSet.Empty;
        return TellAsync();
    });

    /// <summary>Lets some slots of a node move to another, if there are any.</summary>
    public Task BeginMove(int which) => Act(async () =>
    {
        SimNode[] live = [.. _nodes.Where(node => !node.IsStopping)];
        if (live.Length < 2)
            return;
        SimNode from = live[which % live.Length];
        SimNode to = _random.Pick(live.Where(node => node != from).ToArray());
        SlotSet free = Open.Aggregate(OwnedBy(from), (left, move) => left.Except(move.Slots));
        if (free.IsEmpty || Open.Any(move => move.From == from && move.To == to))
            return;
        Move begun = new(from, to, SomeOf(free));
        world.Note($"moves {begun.Slots.Count} slots from {from.Id} to {to.Id}");
        _moves.Add(begun);
        begun.Watching = _manager.Run(() => WatchAsync(begun));
        await TellAsync();
    });

    /// <summary>Takes a migration back, or finds that it has finished.</summary>
    public Task TakeBack(int which) => Act(async () =>
    {
        Move[] open = [.. Open];
        if (open.Length > 0)
            await SettleAsync(open[which % open.Length]);
    });

    /// <summary>
    /// A node whose process ends serves again. What its migrations have come to is settled first, since its next process cannot tell. <paramref name="lost"/> is told of slots whose
    /// keys may be older than their clients know, if the last process has not saved them.
    /// </summary>
    public Task RestartAsync(SimNode node, NodeLife ended, Action<SimProcess> started, Action<SlotSet> lost) => Act(async () =>
    {
        await ended.Process.Ended;
        // Two that have ended the same process start one.
        if (node.Life != ended)
            return;
        foreach (Move move in Open.Where(move => move.From == node || move.To == node).ToArray())
            await SettleAsync(move);
        if (!node.IsSaved)
            lost(OwnedBy(node));
        world.Note($"{node.Id} is started again");
        await node.RestartAsync(started);
        await TellAsync();
    });

    /// <summary>Settles all migrations; those whose ends both live are first awaited, if so wished.</summary>
    public Task SettleAsync(ClusterSetting setting) => Act(async () =>
    {
        foreach (Move move in Open.ToArray())
        {
            if (setting.AwaitsEnds && !await UntilAsync(() => move.IsOver || move.From.IsStopping || move.To.IsStopping, setting.IsPatient ? 90 : 3) && setting.IsPatient)
                oracle.Report(Wrong.Hung, $"the migration from {move.From.Id} to {move.To.Id} is {move.Outgoing?.State}, {move.Outgoing?.LastError}");
            await SettleAsync(move);
        }
    });

    /// <summary>Waits, looking again and again, until something is so; false if it is not after so many seconds.</summary>
    public async Task<bool> UntilAsync(Func<bool> isSo, int seconds)
    {
        long limit = world.NowTicks + (seconds * TimeSpan.TicksPerSecond);
        while (!isSo() && world.NowTicks < limit)
            await world.Delay(TimeSpan.FromMilliseconds(5), _manager);
        return isSo();
    }

    private IEnumerable<Move> Open => _moves.Where(move => !move.IsSettled);

    private Task Act(Func<Task> act)
    {
        Task before = _acts;
        return _acts = _manager.Run(async () =>
        {
            await before;
            await act();
        });
    }

    private async Task SettleAsync(Move move)
    {
        bool isMoved = await HasMovedAsync(move);
        move.Settle(isMoved);
        world.Note($"the slots from {move.From.Id} to {move.To.Id} {(isMoved ? "have moved" : "stay")}");
        if (isMoved)
        {
            _owners[move.From.Index] = OwnedBy(move.From).Except(move.Slots);
            _owners[move.To.Index] = OwnedBy(move.To).Union(move.Slots);
        }

        await TellAsync();
    }

    // The source is asked first: it gives the migration up, or says that it has finished. If there is no source any more, the target knows, when nothing can come to it any more.
    private async Task<bool> HasMovedAsync(Move move)
    {
        while (!move.From.IsStopping && await move.From.AskAsync(["DFLYCLUSTER", "CONFIG", Json(but: move), .. move.IsForced ? ["FORCE"] : Array.Empty<string>()]) is { } reply)
        {
            if (!reply.IsError)
                return false;
            if (reply.Text.Contains(HandedOver, StringComparison.Ordinal))
                return true;
            if (!reply.Text.StartsWith(Undecided, StringComparison.Ordinal))
            {
                oracle.Require(move.From.IsStopping, Wrong.Reply, $"{move.From.Id} answered {reply} to a configuration");
                break;
            }

            if (!await IsAskedAgainAsync(move))
                return true;
        }

        await move.From.Process.Ended;
        if (move.Outgoing?.State == MigrationState.Finished)
            return true;
        bool isKnown = await UntilAsync(() => move.To.HasEnded || move.Incoming?.State != MigrationState.Sync, seconds: 90);
        oracle.Require(isKnown, Wrong.Hung, $"{move.To.Id} does not notice that {move.From.Id} has gone");
        return !move.To.IsKilled && move.Incoming?.State == MigrationState.Finished;
    }

    // While the target lives the source learns from it whose the slots are. One that has stopped in order has them if it had taken them; what one that was killed had taken is lost.
    private async Task<bool> IsAskedAgainAsync(Move move)
    {
        if (!move.To.IsStopping)
        {
            await world.Delay(TimeSpan.FromMilliseconds(5), _manager);
            return true;
        }

        await move.To.Process.Ended;
        if (!move.To.IsKilled && move.Incoming?.State == MigrationState.Finished)
            return false;
        return move.IsForced = true;
    }

    private async Task TellAsync()
    {
        string json = Json(but: null);
        SimNode[] told = [.. _nodes.Where(node => !node.HasEnded).OrderBy(_ => _random.Next())];
        foreach (SimNode node in told)
        {
            RespValue? reply = await node.AskAsync("DFLYCLUSTER", "CONFIG", json);
            oracle.Require(reply is null || reply.Text == "OK" || node.IsStopping, Wrong.Reply, $"{node.Id} answered {reply} to a configuration");
            if (_random.Chance(0.3))
                await world.Delay(TimeSpan.FromMilliseconds(_random.Below(8)), _manager);
        }
    }

    private async Task WatchAsync(Move move)
    {
        bool wasDoubled = false;
        while (!move.IsSettled && !move.From.IsStopping && !wasDoubled)
        {
            wasDoubled = move.IsDoubled;
            oracle.Require(!wasDoubled, Wrong.Doubled, $"{move.From.Id} and {move.To.Id} both take writes to slots that move between them");
            await world.Delay(TimeSpan.FromMilliseconds(5), _manager);
        }
    }

    private string Json(Move? but)
    {
        List<ClusterShard> shards = [];
        foreach (SimNode node in _nodes)
        {
            SlotMigration[] leaving =
            [
                .. Open.Where(move => move.From == node && move != but).Select(move => new SlotMigration(move.Slots.Ranges, move.To.Id, move.To.Ip, move.To.Port)),
            ];
            shards.Add(new ClusterShard(OwnedBy(node).Ranges, new ClusterNodeInfo(node.Id, node.Ip, node.Port), [], leaving));
        }

        ClusterConfig config = ClusterConfig.TryMake(shards, ++_epoch, out string? error) ?? throw new InvalidOperationException(error);
        return Encoding.UTF8.GetString(ClusterJson.Write(config));
    }

    private SlotSet SomeOf(SlotSet owned)
    {
        if (_random.Chance(0.15))
            return owned;
        while (true)
        {
            int start = _random.Below(KeySlot.Count);
            int end = Math.Min(KeySlot.Count - 1, start + _random.Between(200, 9000));
            if (owned.Intersect(SlotSet.Of([new SlotRange(start, end)])) is { IsEmpty: false } some)
                return some;
        }
    }
}
