using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Network;

/// <summary>
/// One direction of a connection: bytes arrive in order, in fragments, each after a delay; what has not been read fills the window. It can be held up (a
/// partition), ended in order, or broken, after which what is under way is lost.
/// </summary>
internal sealed class SimWire(SimWorld world, SimRandom random, NetworkProfile profile, SeededScheduler receiver, string name)
{
    private readonly Queue<byte[]> _underWay = new();
    private readonly Queue<byte> _arrived = new();
    private long _heldUntilTicks;
    private long _lastDueTicks;
    private int _bytesUnderWay;
    private bool _ending;

    /// <summary>Bytes that have arrived and wait to be read.</summary>
    public int Available => _arrived.Count;

    /// <summary>Whether the sender has ended and all it sent has arrived.</summary>
    public bool HasEnded { get; private set; }

    public bool IsBroken { get; private set; }

    /// <summary>Bytes that the sender may send now.</summary>
    public int Space => Math.Max(0, profile.WindowBytes - _bytesUnderWay - _arrived.Count);

    /// <summary>Called on the receiver's scheduler when bytes, the end or a break have come.</summary>
    public Action Arrived { get; set; } = () => { };

    /// <summary>Called, by whoever reads, when there is space again.</summary>
    public Action Drained { get; set; } = () => { };

    /// <summary>Sends what the window takes; how much that was.</summary>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        int taken = Math.Min(Space, bytes.Length);
        if (IsBroken || _ending)
            return 0;
        for (int at = 0; at < taken;)
        {
            int length = Math.Min(taken - at, random.Between(1, profile.FragmentBytesMax));
            Carry(bytes.Slice(at, length).ToArray());
            if (profile.TwiceShare > 0 && length > 20 && bytes[at] == '*' && bytes[at + length - 1] == '\n' && random.Chance(profile.TwiceShare))
                Carry(bytes.Slice(at, length).ToArray());
            at += length;
        }

        return taken;
    }

    /// <summary>Ends the direction, behind what is under way.</summary>
    public void End()
    {
        if (_ending || IsBroken)
            return;
        _ending = true;
        Carry([]);
    }

    /// <summary>Breaks the direction: what is under way or unread is lost.</summary>
    public void Break()
    {
        if (IsBroken)
            return;
        IsBroken = true;
        _underWay.Clear();
        _arrived.Clear();
        _bytesUnderWay = 0;
        receiver.Post(() => Arrived());
    }

    /// <summary>Nothing arrives before that time.</summary>
    public void HoldUp(TimeSpan time) => _heldUntilTicks = Math.Max(_heldUntilTicks, world.NowTicks + time.Ticks);

    /// <summary>Reads what has arrived.</summary>
    public int Read(Span<byte> into)
    {
        int count = Math.Min(into.Length, _arrived.Count);
        for (int i = 0; i < count; i++)
            into[i] = _arrived.Dequeue();
        if (count > 0)
            Drained();
        return count;
    }

    private void Carry(byte[] fragment)
    {
        _underWay.Enqueue(fragment);
        _bytesUnderWay += fragment.Length;
        _lastDueTicks = Math.Max(_lastDueTicks, world.NowTicks + profile.Delay(random).Ticks);
        world.After(TimeSpan.FromTicks(_lastDueTicks - world.NowTicks), receiver, Deliver);
    }

    // One call for each fragment, and the oldest arrives, whichever call it is: order is kept.
    private void Deliver()
    {
        if (world.NowTicks < _heldUntilTicks)
        {
            world.After(TimeSpan.FromTicks(_heldUntilTicks - world.NowTicks), receiver, Deliver);
            return;
        }

        if (!_underWay.TryDequeue(out byte[]? fragment))
            return;
        _bytesUnderWay -= fragment.Length;
        if (fragment.Length == 0)
            HasEnded = true;
        foreach (byte b in fragment)
            _arrived.Enqueue(b);
        world.Trace.Bytes(world.NowTicks, name, fragment);
        Arrived();
    }
}
