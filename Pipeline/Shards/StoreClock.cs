// Any thread reads. _anchor is replaced as a whole; LastMs is a hint that any thread may overwrite.

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// Unix milliseconds from the monotonic timestamp, so that a batch pays for one clock reading instead of three. The expiry cycle anchors it to the wall clock
/// ten times a second: a step of the wall clock arrives within a tick.
/// </summary>
public sealed class StoreClock
{
    private readonly TimeProvider _time;
    private readonly double _msPerTick;
    private Anchorage _anchor;
    private long _lastMs;

    /// <summary>A clock anchored now.</summary>
    public StoreClock(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _msPerTick = 1000.0 / time.TimestampFrequency;
        _anchor = Anchorage.Of(time);
        _lastMs = _anchor.Ms;
    }

    /// <summary>The last reading of any thread: at most a tick old while the expiry cycle runs.</summary>
    public long LastMs => Volatile.Read(ref _lastMs);

    /// <summary>Unix milliseconds now.</summary>
    public long NowMs() => AtMs(_time.GetTimestamp());

    /// <summary>Unix milliseconds at a timestamp of the same time provider.</summary>
    public long AtMs(long timestamp)
    {
        Anchorage anchor = Volatile.Read(ref _anchor);
        long ms = anchor.Ms + (long)((timestamp - anchor.Timestamp) * _msPerTick);
        Volatile.Write(ref _lastMs, ms);
        return ms;
    }

    /// <summary>Reads the wall clock again.</summary>
    public void Anchor() => Volatile.Write(ref _anchor, Anchorage.Of(_time));

    private sealed record Anchorage(long Ms, long Timestamp)
    {
        public static Anchorage Of(TimeProvider time)
        {
            long timestamp = time.GetTimestamp();
            return new Anchorage(time.GetUtcNow().ToUnixTimeMilliseconds(), timestamp);
        }
    }
}
