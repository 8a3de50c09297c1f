// Owner: the ticker's tick; one is under way at a time, so the slices are reused. A slice itself belongs to its shard while it runs.

using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Storage.Keyspace;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// Active expiry as dataflow: each tick posts one bounded slice to every shard's own block and ends when all have run. A table that has shrunk is compacted in
/// the same slices.
/// </summary>
internal sealed class ExpiryCycle
{
    private const int BucketsPerEffort = 256;
    private const int SegmentsPerSlice = 4;

    private readonly Slice[] _slices;
    private readonly StoreClock _clock;

    private ExpiryCycle(Ticker ticker, StoreEngine engine)
    {
        Ticker = ticker;
        _clock = engine.Clock;
        _slices = [.. engine.Shards.Select(shard => new Slice(shard, engine.Config))];
    }

    public Ticker Ticker { get; }

    public static ExpiryCycle AddTo(FlowGraph graph, StoreEngine engine)
    {
        TimeSpan period = TimeSpan.FromMilliseconds(1000.0 / engine.Config.Get(StoreOptions.Hz));
        return new ExpiryCycle(graph.AddTicker("expiry", Stage.ShardIntake, period), engine);
    }

    public void Start() => Ticker.Start(RunAsync);

    private async Task<bool> RunAsync(Tick tick)
    {
        _clock.Anchor();
        foreach (Slice slice in _slices)
        {
            if (!await slice.RunAsync())
                return false;
        }

        return true;
    }

    private sealed class Slice(ShardBlock shard, ConfigStore config) : ShardMessage
    {
        private TaskCompletionSource<bool> _done = new();

        public Task<bool> RunAsync()
        {
            _done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            Task<bool> done = _done.Task;
            if (!shard.Post(this))
                return Task.FromResult(false);
            Resumptions.Flush();
            return done;
        }

        internal override bool Run(ShardBlock owner)
        {
            ActiveExpiry.RunSlice(owner.Keyspace, BucketsPerEffort * config.GetInt(StoreOptions.ActiveExpireEffort));
            Compaction.RunSlice(owner.Keyspace, SegmentsPerSlice);
            _done.SetResult(true);
            return true;
        }

        internal override void Refuse(Exception reason) => _done.TrySetResult(false);
    }
}
