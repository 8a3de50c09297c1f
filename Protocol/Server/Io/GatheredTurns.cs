// Thread rule: everything here belongs to one loop's thread, which finds it in a thread-static field.

namespace DragonflyFlow.Protocol.Server.Io;

/// <summary>
/// Turns of subscribers, put off while a loop delivers the events it has: messages of several publishers so share a send. A turn that is due runs on the thread
/// that gathered it, whichever loop its connection has.
/// </summary>
internal sealed class GatheredTurns
{
    // Most of what a round brings, and a bound for what waits in memory.
    private const int EventsMax = 64;

    [ThreadStatic]
    private static GatheredTurns? _ofThread;

    private readonly List<Connection> _waiting = [];
    private bool _isOpen;
    private int _events;

    /// <summary>Makes it the calling thread's.</summary>
    public void Join() => _ofThread = this;

    /// <summary>Puts a turn off until the events at hand are delivered; false on threads that are no loop's, and when nothing is being delivered.</summary>
    public static bool TryAdd(Connection connection)
    {
        if (_ofThread is not { _isOpen: true } turns)
            return false;
        turns._waiting.Add(connection);
        return true;
    }

    /// <summary>Events are delivered from here on.</summary>
    public void Begin()
    {
        _isOpen = true;
        _events = 0;
    }

    /// <summary>An event was delivered.</summary>
    public void CountEvent()
    {
        if (++_events % EventsMax == 0)
            RunAll();
    }

    /// <summary>All events are delivered.</summary>
    public void End()
    {
        RunAll();
        _isOpen = false;
    }

    // A turn that itself has messages for others puts those off to the end of the list.
    private void RunAll()
    {
        for (int i = 0; i < _waiting.Count; i++)
            _waiting[i].Signal(ConnectionSignals.Resumed | ConnectionSignals.Flush);
        _waiting.Clear();
    }
}
