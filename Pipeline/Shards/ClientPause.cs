// Concurrency rule: _lock guards the list of parked sessions, the end and the timer. _mode is read without it before every batch: a reader that sees a pause
// parks under the lock, where it is looked at again, so that nobody parks behind the end. Sessions are woken outside the lock.

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>Which commands a pause holds back.</summary>
public enum PauseMode
{
    /// <summary>None: there is no pause.</summary>
    None,

    /// <summary>Commands that may change data, or that replicas would get (PUBLISH, PFCOUNT, scripts).</summary>
    Write,

    /// <summary>All commands.</summary>
    All,
}

/// <summary>
/// CLIENT PAUSE: affected commands wait in their sessions, which take no further input; no shard and no thread waits. Expiry and eviction by upkeep rest too.
/// </summary>
public sealed class ClientPause(TimeProvider time, StoreClock clock) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ISessionOwner> _parked = [];
    private volatile PauseMode _mode;
    private long _endsAtMs;
    private ITimer? _timer;

    /// <summary>What is held back now.</summary>
    public PauseMode Mode => _mode;

    /// <summary>Clients that wait; a moment's reading.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _parked.Count;
        }
    }

    /// <summary>
    /// Begins a pause, or widens the one there is: the stronger mode and the later end win, as in Redis.
    /// </summary>
    public void Begin(PauseMode mode, long durationMs)
    {
        lock (_lock)
        {
            long endsAtMs = clock.NowMs() + durationMs;
            _endsAtMs = _mode == PauseMode.None ? endsAtMs : Math.Max(_endsAtMs, endsAtMs);
            _mode = (PauseMode)Math.Max((int)mode, (int)_mode);
            Arm();
        }
    }

    /// <summary>Ends the pause; those who wait go on.</summary>
    public void End()
    {
        ISessionOwner[] woken;
        lock (_lock)
        {
            _mode = PauseMode.None;
            _timer?.Dispose();
            _timer = null;
            woken = [.. _parked];
            _parked.Clear();
        }

        foreach (ISessionOwner owner in woken)
            Resumptions.Add(owner);
        Resumptions.Flush();
    }

    /// <summary>The session waits for the end of the pause and is resumed then; false if the pause is over.</summary>
    internal bool Park(ISessionOwner owner)
    {
        lock (_lock)
        {
            if (_mode == PauseMode.None)
                return false;
            if (!_parked.Contains(owner))
                _parked.Add(owner);
            return true;
        }
    }

    /// <summary>The session waits no longer: its connection is gone.</summary>
    internal void Leave(ISessionOwner owner)
    {
        lock (_lock)
            _parked.Remove(owner);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
            _timer?.Dispose();
    }

    // A timer takes at most 2^32 ms; a longer pause is looked at again.
    private void Arm()
    {
        _timer?.Dispose();
        long restMs = Math.Clamp(_endsAtMs - clock.NowMs(), 0, int.MaxValue);
        _timer = time.CreateTimer(_ => Look(), null, TimeSpan.FromMilliseconds(restMs), Timeout.InfiniteTimeSpan);
    }

    private void Look()
    {
        lock (_lock)
        {
            if (_mode == PauseMode.None)
                return;
            if (clock.NowMs() < _endsAtMs)
            {
                Arm();
                return;
            }
        }

        End();
    }
}
