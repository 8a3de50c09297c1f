using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// The reply of a command that finishes later (DEBUG SLEEP, SHUTDOWN): the session takes no further command until it is completed, and waits without a thread.
/// </summary>
public sealed class DeferredReply
{
    // What a timer takes at most, 49 days; who waits longer has been told by then that nothing came.
    private const long LongestTimerMs = uint.MaxValue - 1;

    // The state's lower bits; those above count how often it has been opened.
    private const long Claimed = 1;
    private const long Completed = 2;
    private const long Stage = 3;
    private const long Once = 4;

    private readonly IResumable _owner;
    private Action<ReplyBuffer>? _write;
    private ITimer? _timer;
    private long _state;

    internal DeferredReply(IResumable owner, bool isReused = false)
    {
        _owner = owner;
        IsReused = isReused;
        _state = isReused ? Completed : 0;
    }

    /// <summary>Whether it is opened for one waiting after the other, which only the command that waits may end.</summary>
    internal bool IsReused { get; }

    /// <summary>Whether somebody gives the reply, or has given it.</summary>
    internal bool IsClaimed => (Volatile.Read(ref _state) & Stage) != 0;

    internal bool IsComplete => (Volatile.Read(ref _state) & Stage) == Completed;

    /// <summary>Begins another waiting, by the one who has it alone: from here on it can be claimed.</summary>
    /// <returns>The number of this waiting, for a claim that means no other.</returns>
    internal long Open()
    {
        _write = null;
        _timer = null;
        long opened = (_state & ~Stage) + Once;
        // A full fence: who opens it looks behind this whether it is still wanted.
        Interlocked.Exchange(ref _state, opened);
        return opened;
    }

    /// <summary>Gives the reply; any thread, the first call wins.</summary>
    public bool TryComplete(Action<ReplyBuffer> write)
    {
        if (!TryClaim())
            return false;
        CompleteClaimed(write);
        return true;
    }

    /// <summary>Gives the reply when so much time has passed, unless it has been given before.</summary>
    public void CompleteAfter(TimeProvider time, TimeSpan delay, Action<ReplyBuffer> write)
    {
        ArgumentNullException.ThrowIfNull(time);
        After(time, (long)delay.TotalMilliseconds, () => TryComplete(write));
    }

    /// <summary>Makes the caller the one who gives the reply; false if there is one already.</summary>
    internal bool TryClaim()
    {
        long seen = Volatile.Read(ref _state);
        return (seen & Stage) == 0 && TryClaim(seen);
    }

    /// <summary>As above, of this waiting only.</summary>
    internal bool TryClaim(long opened) => Interlocked.CompareExchange(ref _state, opened | Claimed, opened) == opened;

    /// <summary>Gives the reply; by the one who has claimed it.</summary>
    internal void CompleteClaimed(Action<ReplyBuffer> write)
    {
        _write = write;
        _timer?.Dispose();
        Volatile.Write(ref _state, (_state & ~Stage) | Completed);
        Resumptions.Add(_owner);
        Resumptions.Flush();
    }

    /// <summary>Calls <paramref name="action"/> when so much time has passed and the reply has not been given.</summary>
    internal void After(TimeProvider time, long delayMs, Action action)
    {
        TimeSpan delay = TimeSpan.FromMilliseconds(Math.Min(delayMs, LongestTimerMs));
        ITimer timer = time.CreateTimer(_ => action(), null, delay, Timeout.InfiniteTimeSpan);
        _timer = timer;
        // The reply may have been given before the timer was known.
        if (IsComplete)
            timer.Dispose();
    }

    internal void WriteTo(ReplyBuffer reply) => _write!(reply);
}
