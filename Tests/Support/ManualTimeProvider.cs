// Concurrency rule: _lock guards the clock and the list of timers. Callbacks run on the thread that advances the clock, never under the lock.

namespace DragonflyFlow.Tests.Support;

/// <summary>
/// A clock that stands still until a test moves it. Timers, and what is built on them (Task.Delay, WaitAsync and CancellationTokenSource with a
/// TimeProvider), fire in order of their due times, on the thread that calls <see cref="Advance"/>.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];
    private DateTimeOffset _now;
    private long _sequence;

    /// <summary>A clock that begins at <paramref name="start"/>; 2020-01-01 UTC unless told.</summary>
    public ManualTimeProvider(DateTimeOffset? start = null) => _now = start ?? new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>One tick is 100 ns.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that wait to fire.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_lock)
                return _timers.Count;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock on, stopping at each timer that falls due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        DateTimeOffset until = GetUtcNow() + by;
        while (TakeDue(until) is { } due)
            due.Fire();
        lock (_lock)
            _now = until > _now ? until : _now;
    }

    /// <summary>Moves the clock to the next timer and fires it; false if none is armed.</summary>
    public bool AdvanceToNextTimer()
    {
        ManualTimer? next = TakeDue(DateTimeOffset.MaxValue);
        next?.Fire();
        return next is not null;
    }

    /// <summary>Waits until at least <paramref name="count"/> timers are armed: so a test can be sure that what it advances past is waiting already.</summary>
    public Task WhenArmedAsync(int count)
    {
        lock (_lock)
        {
            if (_timers.Count >= count)
                return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, reached));
            return reached.Task;
        }
    }

    /// <summary>Advances by <paramref name="step"/> again and again, letting others run in between, until <paramref name="task"/> has ended.</summary>
    public async Task<T> AdvanceUntilAsync<T>(Task<T> task, TimeSpan step)
    {
        while (!task.IsCompleted)
        {
            Advance(step);
            await Task.WhenAny(task, Task.Delay(1));
        }

        return await task;
    }

    private ManualTimer? TakeDue(DateTimeOffset until)
    {
        lock (_lock)
        {
            ManualTimer? due = _timers.Where(timer => timer.Due <= until).MinBy(timer => (timer.Due, timer.Sequence));
            if (due is null)
                return null;
            _now = due.Due > _now ? due.Due : _now;
            if (due.Period is { } period)
                due.Due = _now + period;
            else
                _timers.Remove(due);
            due.Sequence = _sequence++;
            return due;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public DateTimeOffset Due { get; set; }

        public TimeSpan? Period { get; set; }

        public long Sequence { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                if (_disposed)
                    return false;
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = clock._now + dueTime;
                Period = period > TimeSpan.Zero ? period : null;
                Sequence = clock._sequence++;
                clock._timers.Add(this);
                foreach ((int count, TaskCompletionSource reached) in clock._waiters)
                {
                    if (clock._timers.Count >= count)
                        reached.TrySetResult();
                }

                clock._waiters.RemoveAll(waiter => waiter.Reached.Task.IsCompleted);
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                _disposed = true;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
