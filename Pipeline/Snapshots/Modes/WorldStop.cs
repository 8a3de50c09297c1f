// Concurrency rule: _kept of a shard is set by the thread that owns the shard, as the last thing it does, and until EndKeep the ticker's tick, one at a time, is
// the only one that touches the shard.

using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Snapshots.Modes;

/// <summary>
/// All shards held from the cut on: until the walks have read everything (stop-the-world), or for as long as a fork would take. The walks' slices run on the
/// ticker meanwhile, as fast as the sinks take what they give. A fault or a cancel ends the hold.
/// </summary>
internal sealed class WorldStop(StoreEngine engine, SnapshotSource[] sources, TimeSpan? pause) : IShardKeeper
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(1);

    private readonly int[] _kept = new int[engine.Shards.Length];
    private Ticker? _ticker;
    private SnapshotCut? _cut;

    /// <summary>What a snapshot needs in its mode; null if commands go on at once.</summary>
    public static WorldStop? For(SnapshotPlan plan, StoreEngine engine, SnapshotSource[] sources) => plan.Mode switch
    {
        SnapshotMode.StopTheWorld => new WorldStop(engine, sources, pause: null),
        SnapshotMode.Fork => new WorldStop(engine, sources, plan.ForkPause),
        _ => null,
    };

    /// <summary>Whether the walks are over when the hold is: nobody else has to run their slices.</summary>
    public bool RunsWalks => pause is null;

    public void AddTo(FlowScope scope, Stage stage) => _ticker = scope.AddTicker("stop", stage, Period);

    /// <summary>In the step of the cut, while all shards are held: they stay so.</summary>
    public void Begin(SnapshotCut cut)
    {
        _cut = cut;
        foreach (ShardBlock shard in engine.Shards)
            shard.Keeper = this;
        _ticker!.Start(TickAsync);
    }

    /// <summary>There was no cut: nothing is held.</summary>
    public void EndUnlessBegun()
    {
        if (_cut is null)
            _ticker?.Complete();
    }

    /// <inheritdoc />
    public bool Keeps(ShardBlock shard)
    {
        Volatile.Write(ref _kept[shard.Index], 1);
        return true;
    }

    private Task<bool> TickAsync(Tick tick)
    {
        for (int i = 0; i < _kept.Length; i++)
        {
            if (Volatile.Read(ref _kept[i]) == 0)
                return Task.FromResult(true);
        }

        if (!IsOver())
            return Task.FromResult(true);
        _cut!.HoldEnded();
        foreach (ShardBlock shard in engine.Shards)
            shard.EndKeep();
        Resumptions.Flush();
        return Task.FromResult(false);
    }

    private bool IsOver()
    {
        if (pause is { } length)
            return engine.Time.GetElapsedTime(_cut!.BeganAt) >= length || Array.Exists(sources, static source => source.HasFaulted);
        foreach (ShardBlock shard in engine.Shards)
        {
            while (shard.Walks?.RunSlice() == true)
            {
            }
        }

        return Array.TrueForAll(sources, static source => source.Completion.IsCompleted || source.HasFaulted);
    }
}
