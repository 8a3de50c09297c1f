using DragonflyFlow.Protocol.Server.Io;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Network;

/// <summary>
/// The server's end of a simulated connection, which the server's own <see cref="Connection"/> drives. It behaves as either I/O engine does: as one that is
/// told of readiness, or as one whose operations go on by themselves with lent memory.
/// </summary>
internal sealed class SimTransport(SimNetwork network, SimRandom random, NetworkProfile profile, SeededScheduler scheduler, SimWire incoming, SimWire outgoing) : ITransport
{
    private Connection _connection = null!;
    private Memory<byte> _lent;
    private int _received;
    private bool _receiving;
    private bool _hasReceived;
    private bool _watchesSpace;
    private bool _closed;

    public bool ShortReceiveDrains => !profile.CompletesOperations && !incoming.HasEnded && !incoming.IsBroken;

    public bool IsBusy => _receiving;

    /// <summary>Gives the connection its first turn.</summary>
    public void Attach(Connection connection)
    {
        _connection = connection;
        incoming.Arrived = OnArrived;
        outgoing.Drained = OnSpace;
        connection.Begin(this);
    }

    public int Receive(Memory<byte> space)
    {
        if (_hasReceived)
        {
            _hasReceived = false;
            return _received;
        }

        if (_receiving)
            return ITransport.WouldBlock;
        if (IsReadable)
            return ReadNow(space);
        if (profile.CompletesOperations)
        {
            _lent = space;
            _receiving = true;
        }

        return ITransport.WouldBlock;
    }

    public int Send(ReadOnlyMemory<byte> bytes)
    {
        if (outgoing.IsBroken)
            return ITransport.Broken;
        int sent = outgoing.Send(bytes.Span[..random.Between(1, bytes.Length)]);
        return sent == 0 ? ITransport.WouldBlock : sent;
    }

    // A send that was cut short although there is space goes on at once, as that of a socket whose buffer has just been emptied.
    public void WatchWritable(ReadOnlyMemory<byte> rest)
    {
        _watchesSpace = true;
        if (outgoing.Space > 0 || outgoing.IsBroken)
            OnSpace();
    }

    public void WatchPeer()
    {
    }

    public bool IsPeerGone() => incoming.HasEnded || incoming.IsBroken;

    public void Yield() => scheduler.Post(() => _connection.Signal(ConnectionSignals.Yielded));

    public bool PutOffSend()
    {
        if (!random.Chance(profile.PutOffShare))
            return false;
        scheduler.Post(() => _connection.Signal(ConnectionSignals.Flush));
        return true;
    }

    // As the kernel does: a socket closed with unread input resets the connection, and what was sent may be lost with it.
    public void Close()
    {
        if (_closed)
            return;
        _closed = true;
        network.Closed();
        if (incoming.Available > 0 && random.Chance(0.5))
            outgoing.Break();
        else
            outgoing.End();
        incoming.Break();
    }

    public void Dispose() => Close();

    private bool IsReadable => incoming.Available > 0 || incoming.HasEnded || incoming.IsBroken;

    private int ReadNow(Memory<byte> space) => incoming.IsBroken ? ITransport.Broken : incoming.Read(space.Span);

    private void OnArrived()
    {
        if (_receiving)
        {
            _received = ReadNow(_lent);
            _hasReceived = true;
            _receiving = false;
            _lent = default;
        }

        ConnectionSignals signals = ConnectionSignals.Readable;
        if (incoming.HasEnded || incoming.IsBroken)
            signals |= ConnectionSignals.Hangup;
        if (incoming.IsBroken)
            signals |= ConnectionSignals.Writable;
        _connection.Signal(signals);
    }

    private void OnSpace()
    {
        if (!_watchesSpace)
            return;
        _watchesSpace = false;
        scheduler.Post(() => _connection.Signal(ConnectionSignals.Writable));
    }
}
