// Concurrency rule: _lock guards the list of parked sessions, the end, the timer and the lists of slots. _mode, _held, _slots and _isActive are read without it before
// every batch: a reader that sees a pause parks under the lock, where it is looked at again, so that nobody parks behind the end. Sessions are woken outside it.

using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Commands;

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
/// CLIENT PAUSE, and the pause of slots while they are handed over: affected commands wait in their sessions, which take no further input; no shard and no
/// thread waits. If a hand-over takes too long they wait no longer, and are refused. During CLIENT PAUSE expiry and eviction by upkeep rest too.
/// </summary>
public sealed class ClientPause(TimeProvider time, StoreClock clock) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ISessionOwner> _parked = [];
    private readonly List<SlotSet> _slotPauses = [];
    private readonly List<SlotSet> _slotRefusals = [];
    private volatile PauseMode _mode;
    private volatile SlotSet _held = SlotSet.Empty;
    private volatile SlotSet _slots = SlotSet.Empty;
    private volatile bool _isActive;
    private long _endsAtMs;
    private ITimer? _timer;

    /// <summary>What is held back now.</summary>
    public PauseMode Mode => _mode;

    /// <summary>Whether anything is held back: what a session asks before each batch.</summary>
    public bool IsActive => _isActive;

    /// <summary>Slots to which nothing is written: writes are held back, or refused.</summary>
    public SlotSet Slots => _slots;

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
            Note();
            Arm();
        }
    }

    /// <summary>Ends CLIENT PAUSE; those who wait go on.</summary>
    public void End()
    {
        ISessionOwner[] woken;
        lock (_lock)
        {
            _mode = PauseMode.None;
            _timer?.Dispose();
            _timer = null;
            Note();
            woken = TakeParked();
        }

        Wake(woken);
    }

    /// <summary>Holds back writes to slots until <see cref="EndSlots"/>; begun while all shards are held, it is seen by every command that runs later.</summary>
    internal void BeginSlots(SlotSet slots)
    {
        lock (_lock)
        {
            _slotPauses.Add(slots);
            Note();
        }
    }

    /// <summary>Such a pause has lasted too long: who waits is answered with an error, and so is who comes, until <see cref="EndSlots"/>.</summary>
    internal void RefuseSlots(SlotSet slots)
    {
        ISessionOwner[] woken;
        lock (_lock)
        {
            if (!_slotPauses.Remove(slots))
                return;
            _slotRefusals.Add(slots);
            Note();
            woken = TakeParked();
        }

        Wake(woken);
    }

    /// <summary>Ends one such pause.</summary>
    internal void EndSlots(SlotSet slots)
    {
        ISessionOwner[] woken;
        lock (_lock)
        {
            _ = _slotPauses.Remove(slots) || _slotRefusals.Remove(slots);
            Note();
            woken = TakeParked();
        }

        Wake(woken);
    }

    /// <summary>Whether a command has to wait. One without a slot that may write (a script without keys, FLUSHALL) may touch any.</summary>
    internal bool Holds(in BatchCommand command)
    {
        CommandFlags flags = command.Queue?.Flags ?? command.Descriptor.Flags;
        bool mayWrite = (flags & (CommandFlags.Write | CommandFlags.MayReplicate)) != 0;
        if (_mode == PauseMode.All || (_mode == PauseMode.Write && mayWrite))
            return true;
        return mayWrite && IsOf(_held, command.Slot);
    }

    /// <summary>As <see cref="Holds"/>, for the pause of slots alone: the last look, on the shard.</summary>
    internal bool HoldsForSlots(in BatchCommand command) => IsOf(_held, command.Slot) && MayWrite(command);

    /// <summary>Whether a command must not run because nothing is written to its slot, nor is it waited for: the last look, on the shard. A channel is in no slot's way.</summary>
    internal bool RefusesForSlots(in BatchCommand command)
        => IsOf(_slots, command.Slot) && MayWrite(command) && (command.Descriptor.Flags & CommandFlags.PubSub) == 0 && !IsOf(_held, command.Slot);

    /// <summary>The session waits for the end of the pause and is resumed then; false if the pause is over.</summary>
    internal bool Park(ISessionOwner owner)
    {
        lock (_lock)
        {
            if (!_isActive)
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

    private static bool IsOf(SlotSet slots, int slot) => !slots.IsEmpty && (slot < 0 || slots.Contains(slot));

    private static bool MayWrite(in BatchCommand command)
        => ((command.Queue?.Flags ?? command.Descriptor.Flags) & (CommandFlags.Write | CommandFlags.MayReplicate)) != 0;

    private void Note()
    {
        SlotSet held = _slotPauses.Aggregate(SlotSet.Empty, static (sum, slots) => sum.Union(slots));
        _held = held;
        _slots = _slotRefusals.Aggregate(held, static (sum, slots) => sum.Union(slots));
        _isActive = _mode != PauseMode.None || !_slots.IsEmpty;
    }

    // They look again, and park again if they still have to.
    private ISessionOwner[] TakeParked()
    {
        ISessionOwner[] woken = [.. _parked];
        _parked.Clear();
        return woken;
    }

    private static void Wake(ISessionOwner[] owners)
    {
        foreach (ISessionOwner owner in owners)
            Resumptions.Add(owner);
        Resumptions.Flush();
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
