// Concurrency rule of this file: the loop's thread waits, brings events to connections and runs yielded turns and those that it put off. Other threads add and
// forget sockets, and hand over turns through _later, waking the loop.

using System.Collections.Concurrent;
using System.Net.Sockets;
using DragonflyFlow.Pipeline.Walks;

namespace DragonflyFlow.Protocol.Server.Io.Epoll;

/// <summary>One I/O thread with an epoll descriptor of its own.</summary>
internal sealed class EpollLoop : IDisposable
{
    // Connections count from 1.
    private const long WakeUpId = 0;
    // Replies put off at most: enough to spare wake-ups, few enough that the first peer works while the last is served.
    private const int UnsentMax = 16;
    private const EpollEvents Always = EpollEvents.In | EpollEvents.ReadHangup | EpollEvents.EdgeTriggered;

    private readonly EpollDescriptor _epoll = new();
    private readonly WakeUp _wakeUp = new();
    private readonly ConcurrentDictionary<long, EpollTransport> _transports = new();
    private readonly ConcurrentQueue<Connection> _later = new();
    private readonly List<Connection> _unsent = new(UnsentMax);
    private readonly GatheredTurns _gathered = new();
    private readonly TimeProvider _time;
    private readonly long _busyPollTicks;
    private readonly IdleSlice? _idle;
    private readonly Thread _thread;
    private volatile bool _stopping;
    private bool _delivering;

    public EpollLoop(int index, IoWaits waits, TimeProvider time)
    {
        _time = time;
        _busyPollTicks = (long)(waits.BusyPoll.TotalSeconds * time.TimestampFrequency);
        _idle = waits.Idle?.Invoke(index);
        _thread = new Thread(Run) { Name = $"io-{index}", IsBackground = true };
        _epoll.Add(_wakeUp.Descriptor, EpollEvents.In, WakeUpId);
    }

    public void Start() => _thread.Start();

    /// <summary>Serves a connected socket and gives its connection the first turn. Any thread.</summary>
    public void Attach(Connection connection, Socket socket)
    {
        EpollTransport transport = new(socket, connection, this);
        _transports[connection.Id] = transport;
        _epoll.Add(transport.Descriptor, Always, connection.Id);
        connection.Begin(transport);
    }

    /// <summary>Watches for more than what is always watched for.</summary>
    public void Watch(EpollTransport transport, EpollEvents more) => _epoll.Modify(transport.Descriptor, Always | more, transport.Connection.Id);

    /// <summary>Brings no more events to the connection.</summary>
    public void Forget(long id) => _transports.TryRemove(id, out _);

    /// <summary>Runs a turn of the connection after those that are due now. Any thread.</summary>
    public void RunLater(Connection connection)
    {
        _later.Enqueue(connection);
        if (Thread.CurrentThread != _thread)
            _wakeUp.Signal();
    }

    /// <summary>Puts a send off until the events at hand are delivered; false on other threads and when there is only one event.</summary>
    public bool PutOffSend(Connection connection)
    {
        if (Thread.CurrentThread != _thread || !_delivering)
            return false;
        _unsent.Add(connection);
        return true;
    }

    /// <summary>Ends the thread. Its connections must have ended.</summary>
    public void Dispose()
    {
        _stopping = true;
        _wakeUp.Signal();
        if (_thread.IsAlive)
            _thread.Join();
        _epoll.Dispose();
        _wakeUp.Dispose();
    }

    private void Run()
    {
        _gathered.Join();
        while (!_stopping)
        {
            int count = Wait();
            _gathered.Begin();
            for (int i = 0; i < count; i++)
            {
                _delivering = count - i > 1 || _unsent.Count > 0;
                Deliver(_epoll.IdAt(i), _epoll.EventsAt(i));
                if (_unsent.Count >= UnsentMax)
                    SendUnsent();
                _gathered.CountEvent();
            }

            SendUnsent();
            RunYielded();
            _gathered.End();
        }
    }

    private void SendUnsent()
    {
        _delivering = false;
        foreach (Connection connection in _unsent)
            connection.Signal(ConnectionSignals.Flush);
        _unsent.Clear();
    }

    private int Wait()
    {
        if (!_later.IsEmpty)
            return _epoll.Wait(0);
        while (_idle is { IsWanted: true } && _later.IsEmpty)
        {
            int count = _epoll.Wait(0);
            if (count > 0)
                return count;
            if (!_idle.TryRun())
                break;
        }

        if (_busyPollTicks > 0)
        {
            long until = _time.GetTimestamp() + _busyPollTicks;
            do
            {
                int count = _epoll.Wait(0);
                if (count > 0)
                    return count;
            }
            while (_time.GetTimestamp() < until);
        }

        return _epoll.Wait(_later.IsEmpty ? -1 : 0);
    }

    // Events of a connection that is gone find nobody: a connection's number is never used again.
    private void Deliver(long id, EpollEvents events)
    {
        if (id == WakeUpId)
            _wakeUp.Clear();
        else if (_transports.TryGetValue(id, out EpollTransport? transport))
            transport.OnEvents(events);
    }

    // Only those that wait now: one that yields again comes after the next wait.
    private void RunYielded()
    {
        for (int due = _later.Count; due > 0 && _later.TryDequeue(out Connection? connection); due--)
            connection.Signal(ConnectionSignals.Yielded);
    }
}
