// Owner: the upkeep's tick.

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// When huge pages are made of full chunks: when the store has stopped growing. The kernel makes each in one go, some milliseconds in which it gives its core to nobody
/// else, and while a store is being filled (by clients, or by slots that come) there is one after the other.
/// </summary>
/// <param name="period">Of the upkeep's ticks.</param>
internal sealed class HugePagePace(TimeSpan period)
{
    // 16 MiB for each shard a tick.
    private const int ChunksPerTick = 8;

    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(1);

    private long _chunks;
    private TimeSpan _sinceGrowth;
    private TimeSpan _sinceChunk;

    /// <summary>How many of each shard at this tick, when the shards have so many chunks: of a store that grows one in a second.</summary>
    public int ChunksNow(long chunks)
    {
        _sinceGrowth = chunks == _chunks ? _sinceGrowth + period : TimeSpan.Zero;
        _sinceChunk += period;
        _chunks = chunks;
        if (_sinceGrowth >= Calm)
            return ChunksPerTick;
        if (_sinceChunk < Calm)
            return 0;
        _sinceChunk = TimeSpan.Zero;
        return 1;
    }
}
