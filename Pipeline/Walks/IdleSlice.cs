// Owner: one I/O thread, but for what Run does, which is the shard's. _isUnderWay is set by the thread and taken back by whoever has run the slice.

using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Walks;

/// <summary>
/// What an I/O thread does before it sleeps: a slice of a walk, on a shard that nobody uses. A thread that waits for its clients in between has the time, and what is done
/// in it need not be taken from them. A slice may be in the way of the next request all the same, so it rests for a while after each.
/// </summary>
/// <param name="shards">All shards.</param>
/// <param name="first">The shard that is looked at first, another for each thread.</param>
public sealed class IdleSlice(ShardBlock[] shards, int first) : ShardMessage
{
    // A fifth of the time: more is done sooner, but fewer requests come together, which costs both sides.
    private const int RestPerWork = 4;

    private volatile bool _isUnderWay;
    private bool _hasWalked;
    private long _restsUntil;

    /// <summary>Whether there may be something to do. Next to no cost while nobody walks.</summary>
    public bool IsWanted
    {
        get
        {
            foreach (ShardBlock shard in shards)
            {
                if (shard.WantsIdleTime)
                    return !_isUnderWay && shard.Timestamp() >= _restsUntil;
            }

            return false;
        }
    }

    /// <summary>Runs one slice, at most some 50 microseconds; false if there was none to run.</summary>
    public bool TryRun()
    {
        for (int i = 0; i < shards.Length && !_isUnderWay; i++)
        {
            ShardBlock shard = shards[(first + i) % shards.Length];
            if (shard.WantsIdleTime && shard.IsIdle && RunOn(shard))
                return true;
        }

        return false;
    }

    internal override bool Run(ShardBlock shard)
    {
        _hasWalked = shard.Walks is { } walks && walks.RunIdleSlice();
        _isUnderWay = false;
        return true;
    }

    internal override void Refuse(Exception reason) => _isUnderWay = false;

    // Somebody may have come first: then the slice is one of those that run between his messages, and what it did is not waited for.
    private bool RunOn(ShardBlock shard)
    {
        long began = shard.Timestamp();
        _hasWalked = false;
        _isUnderWay = true;
        if (!shard.Post(this))
            _isUnderWay = false;
        long now = shard.Timestamp();
        _restsUntil = now + (RestPerWork * (now - began));
        return !_isUnderWay && _hasWalked;
    }
}
