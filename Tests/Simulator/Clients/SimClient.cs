using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Clients;

/// <summary>A client over a simulated connection. What it is not told is unknown to it: null means that the connection went down before a reply came.</summary>
internal sealed class SimClient(SimWorld world, SimSocket socket, string name)
{
    private readonly List<byte> _received = [];

    public SimSocket Socket => socket;

    /// <summary>Why the bytes that came are no replies; null if they are.</summary>
    public string? ProtocolFault { get; private set; }

    /// <summary>Runs one command.</summary>
    public async Task<RespValue?> CallAsync(params string[] args) => await SendAsync(args) ? await ReadAsync() : null;

    /// <summary>Sends one command without waiting for its reply.</summary>
    public Task<bool> SendAsync(params string[] args) => socket.SendAsync(DirectClient.Request(args), _received.AddRange);

    /// <summary>Sends several commands, in one piece if the network lets it through so.</summary>
    public Task<bool> SendAsync(IEnumerable<string[]> commands) => socket.SendAsync(commands.SelectMany(DirectClient.Request).ToArray(), _received.AddRange);

    /// <summary>The next reply, or message.</summary>
    public async Task<RespValue?> ReadAsync()
    {
        while (ProtocolFault is null)
        {
            if (TryTake() is { } reply)
                return reply;
            byte[] bytes = await socket.ReceiveAsync();
            if (bytes.Length == 0)
                return null;
            _received.AddRange(bytes);
        }

        return null;
    }

    /// <summary>Ends the connection.</summary>
    public void Close() => socket.Close();

    private RespValue? TryTake()
    {
        try
        {
            byte[] bytes = [.. _received];
            if (!RespValue.TryRead(bytes, out RespValue? value, out int consumed))
                return null;
            _received.RemoveRange(0, consumed);
            world.Trace.Bytes(world.NowTicks, name, bytes.AsSpan(0, consumed));
            return value;
        }
        catch (RespProtocolException bad)
        {
            ProtocolFault = bad.Message;
            world.Fail($"{name} received what is no reply: {bad.Message}");
            return null;
        }
    }
}
