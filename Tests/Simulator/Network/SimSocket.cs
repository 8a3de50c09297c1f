using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Network;

/// <summary>The client's end of a simulated connection.</summary>
internal sealed class SimSocket
{
    private readonly SimWorld _world;
    private readonly SeededScheduler _scheduler;
    private readonly SimWire _incoming;
    private readonly SimWire _outgoing;
    private TaskCompletionSource _news = new();
    private long _stalledUntilTicks;

    public SimSocket(SimWorld world, SeededScheduler scheduler, long id, SimWire incoming, SimWire outgoing)
    {
        _world = world;
        _scheduler = scheduler;
        _incoming = incoming;
        _outgoing = outgoing;
        Id = id;
        incoming.Arrived = Tell;
        outgoing.Drained = Tell;
    }

    public long Id { get; }

    /// <summary>Whether the connection is of no more use.</summary>
    public bool IsDown => _incoming.IsBroken || _incoming.HasEnded || _outgoing.IsBroken;

    /// <summary>
    /// Sends all bytes; false if the connection went down before. What arrives meanwhile is given to <paramref name="arrived"/>, if there is one: a client that sends
    /// without reading and a server that does not read while it cannot send would wait for each other.
    /// </summary>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes, Action<byte[]>? arrived)
    {
        while (true)
        {
            if (IsDown)
                return false;
            bytes = bytes[_outgoing.Send(bytes.Span)..];
            if (bytes.IsEmpty)
                return true;
            await WaitAsync(() => IsDown || _outgoing.Space > 0 || (arrived is not null && CanRead));
            if (arrived is not null && CanRead && !IsDown)
                arrived(Take());
        }
    }

    /// <summary>What has arrived, at least a byte; empty at the end of the connection.</summary>
    public async Task<byte[]> ReceiveAsync()
    {
        await WaitAsync(() => CanRead);
        return Take();
    }

    /// <summary>Reads what has arrived, at least a byte, into lent memory; 0 when the other side has ended, negative when the connection is broken.</summary>
    public async Task<int> ReceiveAsync(Memory<byte> into)
    {
        await WaitAsync(() => CanRead);
        return _incoming.IsBroken ? -1 : _incoming.Read(into.Span);
    }

    /// <summary>Does not read for so long.</summary>
    public void Stall(TimeSpan time)
    {
        _stalledUntilTicks = _world.NowTicks + time.Ticks;
        _world.After(time, _scheduler, Tell);
    }

    /// <summary>Nothing arrives on either side for so long.</summary>
    public void HoldUp(TimeSpan time)
    {
        _incoming.HoldUp(time);
        _outgoing.HoldUp(time);
    }

    /// <summary>Sends no more and reads no more.</summary>
    public void Close() => _outgoing.End();

    /// <summary>
    /// Closes the socket as a process does that reads no more: what was sent arrives still, unless the system resets the connection because something was unread.
    /// </summary>
    public void Drop(bool resets)
    {
        if (resets)
            _outgoing.Break();
        else
            _outgoing.End();
        _incoming.Break();
    }

    /// <summary>A reset: both sides learn of it, and all that is under way is lost.</summary>
    public void Reset()
    {
        _outgoing.Break();
        _incoming.Break();
    }

    // Who stalls notices an end all the same.
    private bool CanRead => IsDown || (_world.NowTicks >= _stalledUntilTicks && _incoming.Available > 0);

    private byte[] Take()
    {
        byte[] bytes = new byte[_incoming.Available];
        _incoming.Read(bytes);
        return bytes;
    }

    private void Tell()
    {
        TaskCompletionSource told = _news;
        _news = new TaskCompletionSource();
        told.SetResult();
    }

    private async Task WaitAsync(Func<bool> until)
    {
        while (!until())
            await _news.Task;
    }
}
