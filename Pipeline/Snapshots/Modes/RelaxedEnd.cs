// Owner: the ticker's tick, one at a time.

using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;

namespace DragonflyFlow.Pipeline.Snapshots.Modes;

/// <summary>
/// Brings a relaxed snapshot to its end: what has changed behind the walks is written again in slices, between commands, until little is left on every shard
/// (or the writers are faster); then one step on all shards writes the rest, and that moment is what the snapshot shows.
/// </summary>
internal sealed class RelaxedEnd(StoreEngine engine, SnapshotSource[] sources, SnapshotCut cut)
{
    private const int KeysPerSlice = 256;
    private const int RestMax = 256;
    private const int RoundsMax = 500;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(1);

    private Ticker? _ticker;
    private bool _hasBegun;
    private int _rounds;

    public void AddTo(FlowScope scope, Stage stage) => _ticker = scope.AddTicker("tail", stage, Period);

    public void Start()
    {
        _hasBegun = true;
        _ticker!.Start(TickAsync);
    }

    /// <summary>There was no cut.</summary>
    public void EndUnlessBegun()
    {
        if (!_hasBegun)
            _ticker?.Complete();
    }

    private async Task<bool> TickAsync(Tick tick)
    {
        bool isNear = true;
        for (int i = 0; i < sources.Length; i++)
        {
            if (sources[i].HasFaulted)
                return false;
            RelaxedTail tail = sources[i].Tail!;
            if (tail.IsWalked && tail.Count > RestMax && sources[i].WantsMore)
                await Slice.RunAsync(engine.Shards[i], sources[i]);
            isNear &= tail.IsWalked && tail.Count <= RestMax;
        }

        if (!isNear && (!Array.TrueForAll(sources, static source => source.Tail!.IsWalked) || ++_rounds < RoundsMax))
            return true;
        if (!await GlobalWork.RunAsync(engine, Conclude))
            sources[0].Fault(new InvalidOperationException("The shards take no more work."));
        return false;
    }

    private void Conclude()
    {
        foreach (SnapshotSource source in sources)
            source.Conclude();
        cut.MoveToEnd();
    }

    /// <summary>A slice of one shard, whose end is waited for.</summary>
    private sealed class Slice(SnapshotSource source) : ShardMessage
    {
        private readonly TaskCompletionSource _ran = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static Task RunAsync(ShardBlock shard, SnapshotSource source)
        {
            Slice slice = new(source);
            if (!shard.Post(slice))
                return Task.CompletedTask;
            Resumptions.Flush();
            return slice._ran.Task;
        }

        internal override bool Run(ShardBlock shard)
        {
            source.WriteChanged(KeysPerSlice);
            _ran.SetResult();
            return true;
        }

        internal override void Refuse(Exception reason) => _ran.TrySetResult();
    }
}
