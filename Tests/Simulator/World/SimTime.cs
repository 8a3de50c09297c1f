namespace DragonflyFlow.Tests.Simulator.World;

/// <summary>
/// The clock of one simulated process: the world's time, and timers whose callbacks run as tasks of that process. Timers that are armed are counted: after a
/// stop there must be none.
/// </summary>
internal sealed class SimTime(SimWorld world, SeededScheduler scheduler) : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The Unix milliseconds of a world, as all its machines have them.</summary>
    public static long UnixMsOf(SimWorld world) => Epoch.AddTicks(world.NowTicks).ToUnixTimeMilliseconds();

    /// <summary>Timers that wait to fire.</summary>
    public int ArmedTimers { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Epoch.AddTicks(world.NowTicks);

    public override long GetTimestamp() => world.NowTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SimTimer(SimTime clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;
        private int _arming;
        private bool _armed;
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_disposed)
                return false;
            Disarm();
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
                Arm(dueTime);
            return true;
        }

        public void Dispose()
        {
            _disposed = true;
            Disarm();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan due)
        {
            int arming = ++_arming;
            _armed = true;
            clock.ArmedTimers++;
            clock.World.After(due, clock.Scheduler, () => Fire(arming));
        }

        private void Disarm()
        {
            _arming++;
            if (_armed)
                clock.ArmedTimers--;
            _armed = false;
        }

        private void Fire(int arming)
        {
            if (arming != _arming)
                return;
            Disarm();
            if (_period > TimeSpan.Zero)
                Arm(_period);
            callback(state);
        }
    }

    private SimWorld World => world;

    private SeededScheduler Scheduler => scheduler;
}
