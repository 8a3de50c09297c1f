// Owner: the thread that holds all shards while Make goes on; afterwards it is read only.

using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots.Modes;
using DragonflyFlow.Pipeline.Transactions;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>
/// The one moment that a snapshot shows: a step on all shards that registers the walk on each. All sources exist before it (fault F06), and lease, epoch and
/// registration of each are one step (fault F26).
/// </summary>
internal sealed class SnapshotCut(StoreEngine engine, IReadOnlyList<SnapshotSource> sources)
{
    private bool _isWhole;

    /// <summary>Unix milliseconds of the cut.</summary>
    public long AtMs { get; private set; }

    /// <summary>Timestamp of its begin.</summary>
    public long BeganAt { get; private set; }

    /// <summary>Whether the snapshot shows its end, and this is only where it begins.</summary>
    public bool ShowsEnd { get; init; }

    /// <summary>What holds the shards on behind it; null if commands go on at once.</summary>
    public WorldStop? Hold { get; init; }

    /// <summary>How long the shards were held for it, in microseconds: what a fork would be elsewhere.</summary>
    public long DurationUs { get; private set; }

    /// <summary>Changes since the last save, of each shard, at the cut.</summary>
    public long[] Dirty { get; } = new long[engine.Shards.Length];

    /// <summary>Told in the step of the cut, when all are registered (tests: what the store holds at that moment).</summary>
    public Action? Made { get; set; }

    /// <summary>Makes the cut; false if a shard takes no more work, or a source was cancelled before.</summary>
    public async Task<bool> MakeAsync() => await GlobalWork.RunAsync(engine, Make) && _isWhole;

    /// <summary>Of a relaxed snapshot, while all shards are held: this is the moment it shows.</summary>
    public void MoveToEnd()
    {
        Note();
        Made?.Invoke();
    }

    /// <summary>The shards are held no longer.</summary>
    public void HoldEnded() => DurationUs = (long)engine.Time.GetElapsedTime(BeganAt).TotalMicroseconds;

    private void Note()
    {
        AtMs = engine.Shards[0].Keyspace.NowMs;
        foreach (ShardBlock shard in engine.Shards)
            Dirty[shard.Index] = shard.Keyspace.Stats.Dirty;
    }

    private void Make()
    {
        BeganAt = engine.Time.GetTimestamp();
        Note();
        // One that was cancelled meanwhile does not register; its fault ends the others.
        _isWhole = true;
        foreach (SnapshotSource source in sources)
            _isWhole &= source.Register();
        if (!ShowsEnd)
            Made?.Invoke();
        if (_isWhole)
            Hold?.Begin(this);
        HoldEnded();
    }
}
