using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Network;

/// <summary>What takes connections at the other end: true if it took this one.</summary>
internal delegate bool SimAccept(SimTransport transport, string peer);

/// <summary>All connections to a server; with several of them each has a network by its own name.</summary>
internal sealed class SimNetwork(SimWorld world, NetworkProfile profile, string name = "")
{
    private readonly List<SimSocket> _sockets = [];
    private readonly List<TaskCompletionSource<bool>> _unanswered = [];
    private long _lastId;
    private int _resets;

    /// <summary>Server ends that have not been closed: after a stop there must be none.</summary>
    public int OpenAtServers { get; private set; }

    /// <summary>Client ends, oldest first.</summary>
    public IReadOnlyList<SimSocket> Sockets => _sockets;

    /// <summary>Connects to a process; null if it does not take connections.</summary>
    public async Task<SimSocket?> ConnectAsync(SeededScheduler client, SeededScheduler server, SimAccept accept)
    {
        long id = ++_lastId;
        SimRandom random = world.RandomOf($"connection {name}{id}");
        await world.Delay(profile.Delay(random), client);
        SimWire up = new(world, random, profile, server, $"{name}{id} ->");
        SimWire down = new(world, random, profile, client, $"{name}{id} <-");
        SimSocket socket = new(world, client, id, down, up);
        TaskCompletionSource<bool> answered = new();
        OpenAtServers++;
        int resets = _resets;
        // From here on it can be reset, also while the server has not answered.
        _sockets.Add(socket);
        // A dead process answers nothing: the connection is refused by its machine.
        if (server.IsDead)
            return Refuse(socket, resets);
        server.Post(() => answered.TrySetResult(accept(new SimTransport(this, random, profile, server, up, down), $"10.0.0.1:{id}")));
        world.After(TimeSpan.FromSeconds(60), client, () => answered.TrySetResult(false));
        _unanswered.Add(answered);
        bool accepted = await answered.Task;
        _unanswered.Remove(answered);
        return accepted ? socket : Refuse(socket, resets);
    }

    /// <summary>The process has ended: its machine refuses whoever it had not answered.</summary>
    public void RefuseUnanswered()
    {
        foreach (TaskCompletionSource<bool> attempt in _unanswered)
            attempt.TrySetResult(false);
    }

    /// <summary>A process was killed: its machine resets all that it had.</summary>
    public void ResetAll()
    {
        foreach (SimSocket socket in _sockets)
            socket.Reset();
        OpenAtServers = 0;
        _resets++;
    }

    internal void Closed() => OpenAtServers--;

    // One that was reset while its server had not answered is not counted any more.
    private SimSocket? Refuse(SimSocket socket, int resets)
    {
        _sockets.Remove(socket);
        OpenAtServers -= resets == _resets ? 1 : 0;
        return null;
    }
}
