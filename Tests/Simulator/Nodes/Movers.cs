// Owner: the scheduler of the clients.

using System.Globalization;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Clients;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Nodes;

/// <summary>
/// Clients of a cluster, each with counters and a list of its own in slots all over: the n-th increment answers n, each line is in its list once and in its place. They go
/// where MOVED sends them, and to nobody else.
/// </summary>
internal sealed class Movers(SimWorld world, SimCluster cluster, Oracle oracle)
{
    /// <summary>Its name in scenarios.</summary>
    public const string Name = "movers";

    private readonly SeededScheduler _machine = new(world, "clients");
    private readonly List<Mover> _movers = [];
    private readonly List<Task> _running = [];

    /// <summary>The scheduler of all clients.</summary>
    public SeededScheduler Machine => _machine;

    /// <summary>Ends when all clients have.</summary>
    public Task Ended => Task.WhenAll(_running);

    /// <summary>The keys of all clients.</summary>
    public IEnumerable<MovingKey> Keys => _movers.SelectMany(mover => mover.Keys);

    /// <summary>Starts the clients.</summary>
    public void Start(int clients, int operations)
    {
        for (int i = 0; i < clients; i++)
        {
            Mover mover = new(world, cluster, oracle, _machine, string.Create(CultureInfo.InvariantCulture, $"mover {i}"), i);
            _movers.Add(mover);
            _running.Add(_machine.Run(() => mover.RunAsync(operations)));
        }
    }

    /// <summary>Every key whose owner lives is written to once more: when all is settled that must be possible.</summary>
    public Task WriteOnceMoreAsync() => _machine.Run(() => Task.WhenAll(_movers.Select(mover => mover.WriteOnceMoreAsync())));

    /// <summary>All keys that a node holds may have gone (FLUSHALL).</summary>
    public void Forget(Func<string, bool> isGone)
    {
        foreach (MovingKey key in Keys.Where(key => isGone(key.Name)))
            key.MayBeGone = true;
    }
}

/// <summary>One client.</summary>
internal sealed class Mover
{
    private const int Counters = 5;
    private const int RedirectionsMax = 400;

    private readonly SimWorld _world;
    private readonly SimCluster _cluster;
    private readonly Oracle _oracle;
    private readonly SeededScheduler _machine;
    private readonly SimRandom _random;
    private readonly string _name;
    private readonly SimClient?[] _clients;
    private readonly List<MovingKey> _keys = [];

    public Mover(SimWorld world, SimCluster cluster, Oracle oracle, SeededScheduler machine, string name, int number)
    {
        _world = world;
        _cluster = cluster;
        _oracle = oracle;
        _machine = machine;
        _name = name;
        _random = world.RandomOf(name);
        _clients = new SimClient?[cluster.Nodes.Count];
        for (int i = 0; i < Counters; i++)
            _keys.Add(new MovingKey(string.Create(CultureInfo.InvariantCulture, $"n:{number}:{i}"), isList: false));
        _keys.Add(new MovingKey(string.Create(CultureInfo.InvariantCulture, $"l:{number}"), isList: true));
        foreach (MovingKey key in _keys)
            key.Node = cluster.OwnerOf(key.Slot);
    }

    /// <summary>Its keys, those too whose node has gone.</summary>
    public IReadOnlyList<MovingKey> Keys => _keys;

    /// <summary>Writes until so many operations are done or no node is left.</summary>
    public async Task RunAsync(int operations)
    {
        await DelayAsync(_random.Below(30));
        while (operations > 0 && _keys.Any(key => !key.Node.HasEnded || key.Node.Restarters > 0))
        {
            MovingKey[] reachable = [.. _keys.Where(key => !key.Node.HasEnded)];
            if (reachable.Length == 0)
            {
                await DelayAsync(1 + _random.Below(10));
                continue;
            }

            MovingKey key = _random.Pick(reachable);
            MovingKey[] batch = key.IsList || _random.Chance(0.5)
                ? [key]
                : [.. Enumerable.Range(0, _random.Between(2, 8)).Select(_ => _random.Pick(reachable.Where(other => other.Node == key.Node && !other.IsList).ToArray()))];
            operations -= batch.Length;
            if (!await WriteAsync(key.Node, batch))
                await DelayAsync(1 + _random.Below(10));
            else if (_random.Chance(0.3))
                await DelayAsync(_random.Below(15));
        }

        CloseAll();
    }

    /// <summary>Writes to each key whose owner lives.</summary>
    public async Task WriteOnceMoreAsync()
    {
        foreach (MovingKey key in _keys.Where(key => !_cluster.OwnerOf(key.Slot).IsStopping))
        {
            key.Node = _cluster.OwnerOf(key.Slot);
            long before = key.Tally.Acknowledged;
            for (int tries = 0; key.Tally.Acknowledged == before && !key.Node.IsStopping && tries < RedirectionsMax; tries++)
            {
                if (!await WriteAsync(key.Node, [key]))
                    await DelayAsync(1 + _random.Below(10));
            }

            // A signal that was sent before may come only now.
            _oracle.Require(key.Tally.Acknowledged > before || key.Node.IsStopping, Wrong.Hung, $"{key.Name} in slot {key.Slot} cannot be written to though {key.Node.Id} owns it");
        }

        CloseAll();
    }

    private void CloseAll()
    {
        foreach (SimClient? client in _clients)
            client?.Close();
        Array.Clear(_clients);
    }

    // False: nothing was done, or it is not known; there is no hurry to go on.
    private async Task<bool> WriteAsync(SimNode node, MovingKey[] batch)
    {
        if (await ClientAsync(node) is not { } client)
            return false;
        string[][] commands = [.. batch.Select(key => key.Next())];
        await client.SendAsync(commands);
        bool isUp = true;
        bool isDone = true;
        for (int i = 0; i < batch.Length; i++)
        {
            RespValue? reply = isUp ? await client.ReadAsync() : null;
            isUp = reply is not null;
            isDone &= Note(batch[i], commands[i], reply);
        }

        if (!isUp)
            _clients[node.Index] = null;
        return isUp && isDone;
    }

    private bool Note(MovingKey key, string[] command, RespValue? reply)
    {
        if (reply is { IsError: false })
        {
            if (key.Acknowledge(reply.Integer, command) is { } wrong)
                _oracle.Report(wrong.Kind, wrong.Text);
            return true;
        }

        key.Tally.Count(reply is null ? null : false);
        if (reply is null)
            return false;
        if (reply.Text.StartsWith("MOVED", StringComparison.Ordinal))
            key.Node = _cluster.Nodes.First(node => reply.Text.EndsWith(string.Create(CultureInfo.InvariantCulture, $":{node.Port}"), StringComparison.Ordinal));
        else if (!reply.Text.Contains("shutting down", StringComparison.Ordinal) && !reply.Text.StartsWith("TRYAGAIN", StringComparison.Ordinal) && !IsOfNewProcess(reply))
            _oracle.Report(Wrong.Reply, $"{string.Join(' ', command)} answered {reply}");
        return false;
    }

    // One that has just been started again loads, and then waits to be told of the cluster.
    private bool IsOfNewProcess(RespValue reply) => _cluster.Nodes.Any(node => node.Lives.Count > 1)
        && (reply.Text.StartsWith("LOADING", StringComparison.Ordinal) || reply.Text.StartsWith("CLUSTERDOWN", StringComparison.Ordinal));

    private async Task<SimClient?> ClientAsync(SimNode node)
    {
        if (_clients[node.Index] is { Socket.IsDown: false } open)
            return open;
        if (node.HasEnded || await _cluster.ConnectAsync(node.Port, _machine) is not { } socket)
            return null;
        return _clients[node.Index] = new SimClient(_world, socket, $"{_name} on {node.Id}:{socket.Id}");
    }

    private Task DelayAsync(int ms) => _world.Delay(TimeSpan.FromMilliseconds(ms), _machine);
}
