// Concurrency rule of this file: the ring, the transports and all turns of their connections belong to the loop's thread. Other threads put new connections and
// turns into the two queues, and wake the thread if it sleeps: it says so in _sleeping before it looks at the queues for the last time.

using System.Collections.Concurrent;
using System.Net.Sockets;
using DragonflyFlow.Pipeline.Walks;

namespace DragonflyFlow.Protocol.Server.Io.Uring;

/// <summary>One I/O thread with a ring of its own.</summary>
internal sealed class UringLoop : IDisposable
{
    // Operations that gather at most while ends are delivered: enough to spare system calls and wake-ups, few enough that the first peer works while the last is
    // served. A request brings two, its reply and the next receive.
    private const int PreparedMax = 32;
    private const int OperationBits = 2;
    private const ulong OperationMask = (1 << OperationBits) - 1;

    private readonly UringRing _ring = new();
    private readonly WakeUp _wakeUp = new();
    private readonly ConcurrentQueue<(Connection Connection, Socket Socket)> _arrivals = new();
    private readonly ConcurrentQueue<Connection> _handedOver = new();
    private readonly Queue<Connection> _yielded = new();
    private readonly List<UringTransport?> _transports = [];
    private readonly Stack<int> _free = new();
    private readonly GatheredTurns _gathered = new();
    private readonly TimeProvider _time;
    private readonly long _busyPollTicks;
    private readonly uint _gatherMicroseconds;
    private readonly Gathering _gathering;
    private readonly IdleSlice? _idle;
    private readonly Thread _thread;
    private volatile bool _stopping;
    private int _sleeping;

    public UringLoop(int index, IoWaits waits, TimeProvider time)
    {
        _time = time;
        _busyPollTicks = (long)(waits.BusyPoll.TotalSeconds * time.TimestampFrequency);
        _gatherMicroseconds = _ring.CanWaitForSeveral ? (uint)waits.Gather.TotalMicroseconds : 0;
        _gathering = new Gathering(waits.Gather, time);
        _idle = waits.Idle?.Invoke(index);
        _thread = new Thread(Run) { Name = $"io-{index}", IsBackground = true };
    }

    /// <summary>Whether the caller is the loop's thread.</summary>
    public bool IsCurrent => Thread.CurrentThread == _thread;

    public void Start() => _thread.Start();

    /// <summary>Serves a connected socket and gives its connection the first turn. Any thread.</summary>
    public void Attach(Connection connection, Socket socket)
    {
        _arrivals.Enqueue((connection, socket));
        WakeUp();
    }

    /// <summary>Runs a turn that another thread asks for.</summary>
    public void HandOver(Connection connection)
    {
        _handedOver.Enqueue(connection);
        WakeUp();
    }

    /// <summary>Runs a turn after those that are due now.</summary>
    public void RunLater(Connection connection) => _yielded.Enqueue(connection);

    /// <summary>Prepares an operation of the transport in a slot.</summary>
    public void Prepare(in Submission operation) => _ring.Prepare(operation);

    /// <summary>A connection has sent something; see <see cref="Gathering.Count"/>.</summary>
    public void CountRequest(ref uint lastPeriod) => _gathering.Count(ref lastPeriod);

    /// <summary>Hands over all that is prepared.</summary>
    public void Submit() => _ring.Submit();

    /// <summary>The number under which an operation's end finds its transport.</summary>
    public static ulong IdOf(int slot, UringOperation operation) => ((ulong)slot << OperationBits) | (ulong)operation;

    /// <summary>No operation of the transport is under way any more, and none will be.</summary>
    public void Forget(UringTransport transport)
    {
        _transports[transport.Slot] = null;
        _free.Push(transport.Slot);
    }

    /// <summary>Ends the thread. Its connections must have ended.</summary>
    public void Dispose()
    {
        _stopping = true;
        _wakeUp.Signal();
        if (_thread.IsAlive)
            _thread.Join();
        _ring.Dispose();
        _wakeUp.Dispose();
    }

    private void Run()
    {
        _ring.Enable();
        _gathered.Join();
        WatchWakeUp();
        while (!_stopping)
        {
            Wait();
            _gathered.Begin();
            while (_ring.TryTake(out Completion completion))
            {
                Deliver(completion);
                if (_ring.Prepared >= PreparedMax)
                    _ring.Submit();
                _gathered.CountEvent();
            }

            RunWaiting();
            _gathered.End();
        }
    }

    private void Wait()
    {
        if (HasWaiting)
        {
            _ring.Wait(forOne: false);
            return;
        }

        if ((_idle is { IsWanted: true } && UseIdleTime()) || (_busyPollTicks > 0 && Poll()))
            return;
        Interlocked.Exchange(ref _sleeping, 1);
        if (HasWaiting || _stopping)
            _ring.Wait(forOne: false);
        else
            Sleep();
        Volatile.Write(ref _sleeping, 0);
    }

    // What is prepared goes out first, and what has come goes first. True when there is something to look at, or more time may be used.
    private bool UseIdleTime()
    {
        _ring.Wait(forOne: false);
        return _ring.HasEnds || HasWaiting || _idle!.TryRun();
    }

    private void Sleep()
    {
        int wanted = _gatherMicroseconds > 0 ? _gathering.Wanted() : 1;
        if (wanted > 1)
            _ring.WaitFor(wanted, _gatherMicroseconds);
        else
            _ring.Wait(forOne: true);
    }

    private bool HasWaiting => _yielded.Count > 0 || !_handedOver.IsEmpty || !_arrivals.IsEmpty;

    // True when something has come.
    private bool Poll()
    {
        long until = _time.GetTimestamp() + _busyPollTicks;
        do
        {
            _ring.Wait(forOne: false);
            if (_ring.HasEnds || HasWaiting)
                return true;
        }
        while (_time.GetTimestamp() < until);
        return false;
    }

    private void Deliver(in Completion completion)
    {
        UringOperation operation = (UringOperation)(completion.Id & OperationMask);
        if (operation == UringOperation.WakeUp)
        {
            _wakeUp.Clear();
            if (!completion.HasMore)
                WatchWakeUp();
            return;
        }

        // A slot is given away when its last operation has ended, so that there is somebody.
        _transports[(int)(completion.Id >> OperationBits)]!.OnEnd(operation, completion.Result);
    }

    private void WatchWakeUp() => _ring.Prepare(Submission.PollAlways(_wakeUp.Descriptor, PollEvents.In, IdOf(0, UringOperation.WakeUp)));

    // Only those that wait now: what comes meanwhile is for the next round.
    private void RunWaiting()
    {
        for (int due = _arrivals.Count; due > 0 && _arrivals.TryDequeue(out (Connection Connection, Socket Socket) arrival); due--)
            arrival.Connection.Begin(Add(arrival.Connection, arrival.Socket));
        for (int due = _handedOver.Count; due > 0 && _handedOver.TryDequeue(out Connection? connection); due--)
            connection.RunTurn();
        for (int due = _yielded.Count; due > 0; due--)
            _yielded.Dequeue().Signal(ConnectionSignals.Yielded);
    }

    private UringTransport Add(Connection connection, Socket socket)
    {
        if (!_free.TryPop(out int slot))
        {
            slot = _transports.Count;
            _transports.Add(null);
        }

        return _transports[slot] = new UringTransport(socket, connection, this, slot);
    }

    private void WakeUp()
    {
        if (Interlocked.Exchange(ref _sleeping, 0) == 1)
            _wakeUp.Signal();
    }
}
