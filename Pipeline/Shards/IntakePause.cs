// _held is the one word: 1 while the shard is held. Whoever brings it from 1 to 0 frees the shard, so it is freed once: the consumer that has room again, the
// deadline, or the shard itself that saw room right after it had begun to hold. _rested is that one's to write, before it frees the shard.

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>Who takes what a shard gives, inside its steps, and must not be overrun: a snapshot's source, a consumer of the journal.</summary>
internal interface IIntakeBound
{
    /// <summary>Whether the shard's intake may go on; also true of one that has ended. Any thread.</summary>
    bool HasRoom { get; }

    /// <summary>Ends it: its room has not come in time. Any thread.</summary>
    void Fault(Exception reason);
}

/// <summary>
/// Lets a shard's intake rest between two messages until a slow consumer has taken some of what the shard gave it (DESIGN rules 2, 12); after a deadline the
/// consumer is faulted instead, and commands go on.
/// </summary>
/// <param name="shard">The shard.</param>
/// <param name="consumer">Who is slow.</param>
/// <param name="time">The clock of the deadline.</param>
/// <param name="deadline">How long the intake rests at most.</param>
/// <param name="inAll">Whether that is for all rests together, else for each.</param>
internal sealed class IntakePause(ShardBlock shard, IIntakeBound consumer, TimeProvider time, TimeSpan deadline, bool inAll = false) : ShardMessage
{
    private bool _isPosted; // the shard's
    private int _held;
    private TimeSpan _rested;
    private long _began;
    private ITimer? _timer;

    /// <summary>From inside a step of the shard: rest when this step and those before it are done.</summary>
    public void Begin()
    {
        if (_isPosted)
            return;
        _isPosted = shard.Post(this);
    }

    /// <summary>Ends the rest if there is room. Any thread.</summary>
    public void EndIfThereIsRoom()
    {
        if (Volatile.Read(ref _held) != 0 && consumer.HasRoom)
            Free();
    }

    internal override bool Run(ShardBlock owner)
    {
        _isPosted = false;
        if (consumer.HasRoom)
            return true;
        _began = time.GetTimestamp();
        _timer = time.CreateTimer(_ => GiveUp(), null, deadline > _rested ? deadline - _rested : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        Volatile.Write(ref _held, 1);
        // Room may have come before anybody could see that it is waited for.
        if (!consumer.HasRoom || Interlocked.Exchange(ref _held, 0) == 0)
            return false;
        _timer.Dispose();
        return true;
    }

    internal override void Refuse(Exception reason) => _isPosted = false;

    private void GiveUp()
    {
        if (Volatile.Read(ref _held) == 0)
            return;
        consumer.Fault(new TimeoutException($"Its output was not taken in time: the shard's intake waited for it for {deadline.TotalMilliseconds} ms{(inAll ? " in all" : "")}."));
        Free();
    }

    private void Free()
    {
        if (Interlocked.Exchange(ref _held, 0) == 0)
            return;
        _timer?.Dispose();
        if (inAll)
            _rested += time.GetElapsedTime(_began);
        shard.Free();
        Resumptions.Flush();
    }
}
