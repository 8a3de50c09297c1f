// Concurrency rule: the timer's callback runs on any thread, maybe twice at a time. _busy (0 or 1) is held from a tick's start to its end; who holds it writes
// the numbers, and _hadLast, which whoever holds it next looks at first. Complete latches: a ticker completed before Start never starts.

using System.Threading.Tasks.Dataflow;

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>
/// A source that emits a tick each period, for work done in slices. One tick is under way at a time: while it lasts, those that fall due are counted and
/// become one, so a slow target gets fewer ticks and never a queue of them.
/// </summary>
public sealed class Ticker : IFlowBlock
{
    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly FlowGraph _graph;
    private readonly Gate _inFlight;
    private readonly Lock _lock = new();
    private TimeSpan _period;
    private ITimer? _timer;
    private Func<Tick, Task<bool>>? _emit;
    private bool _stopped;
    private int _busy;
    private bool _hadLast;
    private long _due;
    private long _number;
    private long _emitted;
    private long _refused;
    private long _failed;
    private long _coalesced;
    private long _coalescedBefore;

    internal Ticker(string name, TimeSpan period, TimeProvider time, FlowGraph graph)
    {
        if (period <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(period), period, $"Ticker '{name}': a period is longer than nothing.");
        _name = name;
        _period = period;
        _time = time;
        _graph = graph;
        _inFlight = new Gate(name, StopTimer);
    }

    /// <inheritdoc />
    public Task Completion => _inFlight.Completion;

    /// <summary>Ticks never wait.</summary>
    public long QueueLength => 0;

    /// <summary>Ticks that became one with another since the start.</summary>
    public long Coalesced => Interlocked.Read(ref _coalesced);

    /// <summary>Accepted: ticks that fell due. Done: emitted. Refused: coalesced, or turned away by the target.</summary>
    public LedgerReading Ledger
    {
        get
        {
            long emitted = Interlocked.Read(ref _emitted);
            long refused = Interlocked.Read(ref _refused);
            long failed = Interlocked.Read(ref _failed);
            return new LedgerReading(Interlocked.Read(ref _due), emitted, refused, failed);
        }
    }

    /// <summary>The last tick's handling, so that it is nobody's detached work.</summary>
    internal Task Emission { get; private set; } = Task.CompletedTask;

    /// <summary>
    /// Starts to tick. <paramref name="emit"/> is called for each tick; its task ends when the tick has been handled, false if the target takes no more, after
    /// which the ticker completes. False if the ticker had been completed before.
    /// </summary>
    public bool Start(Func<Tick, Task<bool>> emit)
    {
        ArgumentNullException.ThrowIfNull(emit);
        lock (_lock)
        {
            if (_stopped)
                return false;
            if (_timer is not null)
                throw new InvalidOperationException($"Ticker '{_name}' has started already.");
            _emit = emit;
            _timer = _time.CreateTimer(static ticker => ((Ticker)ticker!).OnDue(), this, _period, _period);
            return true;
        }
    }

    /// <summary>Starts to tick into <paramref name="target"/>, whose bound must be 1: else ticks would queue in it.</summary>
    public bool Start(ITargetBlock<Tick> target)
    {
        ArgumentNullException.ThrowIfNull(target);
        _graph.RequireArrow(this, target);
        if (_graph.Find(target) is not { Bound: 1 })
            throw new ArgumentException($"Ticker '{_name}': a target of ticks is in the graph and has bound 1.", nameof(target));
        return Start(tick => target.SendAsync(tick));
    }

    /// <summary>Changes the period from now on; nothing happens before the start, or behind the end.</summary>
    public void ChangePeriod(TimeSpan period)
    {
        lock (_lock)
        {
            if (_stopped || _timer is null)
                return;
            _period = period;
            _timer.Change(period, period);
        }
    }

    /// <summary>Makes the next tick fall due now, and those behind it a period each later; nothing happens before the start, or behind the end.</summary>
    public void Hasten()
    {
        lock (_lock)
        {
            if (!_stopped)
                _timer?.Change(TimeSpan.Zero, _period);
        }
    }

    /// <inheritdoc />
    public void Complete() => _inFlight.Complete();

    /// <inheritdoc />
    public void Fault(Exception exception) => _inFlight.Fault(exception);

    private void StopTimer()
    {
        lock (_lock)
        {
            _stopped = true;
            _timer?.Dispose();
        }
    }

    private void OnDue()
    {
        if (!_inFlight.TryEnter())
            return;
        Interlocked.Increment(ref _due);
        if (Interlocked.Exchange(ref _busy, 1) == 1)
        {
            Interlocked.Increment(ref _coalesced);
            Interlocked.Increment(ref _refused);
            _inFlight.Exit();
            return;
        }

        // It had entered when the last tick was under way, and finds that out only now that it has its turn.
        if (_hadLast)
        {
            Interlocked.Increment(ref _refused);
            Volatile.Write(ref _busy, 0);
            _inFlight.Exit();
            return;
        }

        Emission = EmitAsync();
    }

    private async Task EmitAsync()
    {
        bool goesOn = false;
        try
        {
            long coalesced = Coalesced;
            var tick = new Tick(++_number, coalesced - _coalescedBefore);
            _coalescedBefore = coalesced;
            goesOn = await _emit!(tick);
            Interlocked.Increment(ref goesOn ? ref _emitted : ref _refused);
        }
        catch (Exception thrown)
        {
            Interlocked.Increment(ref _failed);
            Fault(FlowFaultException.Of(_name, thrown));
        }

        // Said and closed while it is still busy: else a tick that falls due now would be emitted behind the last one.
        if (!goesOn)
        {
            _hadLast = true;
            Complete();
        }

        Volatile.Write(ref _busy, 0);
        _inFlight.Exit();
    }
}
