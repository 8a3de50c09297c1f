// Owner: the thread of its loop.

namespace DragonflyFlow.Protocol.Server.Io.Uring;

/// <summary>
/// For how many requests a loop waits together, as a network card gathers packets before it interrupts (interrupt moderation). Under many connections each request that finds
/// the loop asleep costs its sender a wake-up and the loop a switch; together they cost one. The price is that a request may be kept for the longest wait: so a wait is for a fourth
/// at most of the connections that have been active just now, and only where several requests come within that time.
/// </summary>
internal sealed class Gathering(TimeSpan longest, TimeProvider time)
{
    /// <summary>Requests that are gathered at most: enough to spread a wake-up, few enough that senders do not run dry.</summary>
    public const int WantedMax = 16;

    // Connections of which one is waited for: what the other three send meanwhile, or are still busy with, keeps both sides working.
    private const int ActivePerWanted = 4;

    // Requests expected within the longest wait, below which there is nothing to gather.
    private const int ExpectedMin = 2;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(2);

    private readonly long _periodTicks = (long)(Period.TotalSeconds * time.TimestampFrequency);
    private readonly long _longestTicks = (long)(longest.TotalSeconds * time.TimestampFrequency);
    private long _since = time.GetTimestamp();
    private uint _period = 1;
    private int _requests;
    private int _active;
    private int _wanted = 1;

    /// <summary>A connection has sent something. It keeps <paramref name="lastPeriod"/>, zero at first, for this.</summary>
    public void Count(ref uint lastPeriod)
    {
        _requests++;
        if (lastPeriod == _period)
            return;
        lastPeriod = _period;
        _active++;
    }

    /// <summary>How many to wait for now: 1 to <see cref="WantedMax"/>.</summary>
    public int Wanted()
    {
        long now = time.GetTimestamp();
        if (now - _since >= _periodTicks)
            Conclude(now);
        return _wanted;
    }

    private void Conclude(long now)
    {
        long expected = _requests * _longestTicks / (now - _since);
        _wanted = expected >= ExpectedMin ? Math.Clamp(_active / ActivePerWanted, 1, WantedMax) : 1;
        _since = now;
        _requests = 0;
        _active = 0;
        _period++;
    }
}
