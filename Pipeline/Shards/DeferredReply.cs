using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// The reply of a command that finishes later (DEBUG SLEEP, SHUTDOWN): the session takes no further command until it is completed, and waits without a thread.
/// </summary>
public sealed class DeferredReply
{
    // What a timer takes at most, 49 days; who waits longer has been told by then that nothing came.
    private const long LongestTimerMs = uint.MaxValue - 1;

    private readonly IResumable _owner;
    private Action<ReplyBuffer>? _write;
    private ITimer? _timer;
    private int _state;

    internal DeferredReply(IResumable owner) => _owner = owner;

    /// <summary>Whether somebody gives the reply, or has given it.</summary>
    internal bool IsClaimed => Volatile.Read(ref _state) != 0;

    internal bool IsComplete => Volatile.Read(ref _state) == 2;

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
    internal bool TryClaim() => Interlocked.CompareExchange(ref _state, 1, 0) == 0;

    /// <summary>Gives the reply; by the one who has claimed it.</summary>
    internal void CompleteClaimed(Action<ReplyBuffer> write)
    {
        _write = write;
        _timer?.Dispose();
        Volatile.Write(ref _state, 2);
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
