// Owner: the node's scheduler. What its user does afterwards may run outside any scheduler, but it is told by a step of the node: one that was killed is told nothing.

using DragonflyFlow.Pipeline.Peers;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Network;

/// <summary>How a simulated node reaches others: over connections that are delayed, held up and reset as those of clients are.</summary>
internal sealed class SimPeers(SimWorld world, SeededScheduler owner, Func<int, Task<SimSocket?>> connect) : IPeerNetwork
{
    private readonly SimRandom _random = world.RandomOf($"peers of {owner.Name}");
    private readonly List<SimPeerLink> _links = [];

    /// <summary>Links that are open.</summary>
    public IReadOnlyList<SimPeerLink> Links => _links;

    /// <inheritdoc />
    public async Task<IPeerLink> ConnectAsync(string host, int port, TimeSpan deadline)
    {
        TaskCompletionSource<SimSocket?> connected = new();
        world.After(deadline, owner, () => connected.TrySetException(new TimeoutException($"{host}:{port} did not answer within {deadline.TotalMilliseconds} ms")));
        Connecting = owner.Run(async () =>
        {
            SimSocket? socket = await connect(port);
            if (!connected.TrySetResult(socket))
                socket?.Drop(resets: true);
        });
        SimPeerLink link = new(owner, await connected.Task ?? throw new IOException($"{host}:{port} cannot be reached"), _random.Chance(0.5));
        _links.Add(link);
        link.Closed = () => _links.Remove(link);
        return link;
    }

    /// <summary>The last connection that was begun, so that it is nobody's detached work.</summary>
    public Task Connecting { get; private set; } = Task.CompletedTask;

    /// <summary>The node was killed: its machine resets its links.</summary>
    public void ResetAll()
    {
        foreach (SimPeerLink link in _links.ToArray())
            link.Socket.Reset();
        _links.Clear();
    }
}

/// <summary>A link to another node over a simulated connection.</summary>
/// <param name="owner">The node's scheduler.</param>
/// <param name="socket">The connection.</param>
/// <param name="resets">Whether the connection is reset when it is cut from this end.</param>
internal sealed class SimPeerLink(SeededScheduler owner, SimSocket socket, bool resets) : IPeerLink
{
    private bool _isCut;

    /// <summary>The connection.</summary>
    public SimSocket Socket => socket;

    /// <summary>Told when its user has done with it.</summary>
    public Action Closed { get; set; } = () => { };

    /// <inheritdoc />
    public ValueTask<int> ReadAsync(Memory<byte> into) => new(AsStepAsync(async () =>
    {
        int count = await socket.ReceiveAsync(into);
        return count < 0 || _isCut ? throw new IOException("the connection is broken") : count;
    }));

    /// <inheritdoc />
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => new(AsStepAsync(async () =>
        await socket.SendAsync(bytes, null) ? 0 : throw new IOException("the connection is broken")));

    /// <inheritdoc />
    public void Abort()
    {
        if (_isCut)
            return;
        _isCut = true;
        socket.Drop(resets);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Abort();
        Closed();
        return ValueTask.CompletedTask;
    }

    private Task<int> AsStepAsync(Func<Task<int>> part) => Task.Factory.StartNew(part, CancellationToken.None, TaskCreationOptions.DenyChildAttach, owner).Unwrap();
}
