using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// The reply of a command that finishes later (DEBUG SLEEP, SHUTDOWN): the session takes no further command until it is completed, and waits without a thread.
/// </summary>
public sealed class DeferredReply
{
    private readonly Action _wake;
    private Action<ReplyBuffer>? _write;
    private ITimer? _timer;
    private int _state;

    internal DeferredReply(Action wake) => _wake = wake;

    internal bool IsComplete => Volatile.Read(ref _state) == 2;

    /// <summary>Gives the reply; any thread, the first call wins.</summary>
    public bool TryComplete(Action<ReplyBuffer> write)
    {
        if (Interlocked.CompareExchange(ref _state, 1, 0) != 0)
            return false;
        _write = write;
        _timer?.Dispose();
        Volatile.Write(ref _state, 2);
        _wake();
        return true;
    }

    /// <summary>Gives the reply when so much time has passed, unless it has been given before.</summary>
    public void CompleteAfter(TimeProvider time, TimeSpan delay, Action<ReplyBuffer> write)
    {
        ArgumentNullException.ThrowIfNull(time);
        _timer = time.CreateTimer(_ => TryComplete(write), null, delay, Timeout.InfiniteTimeSpan);
    }

    internal void WriteTo(ReplyBuffer reply) => _write!(reply);
}
