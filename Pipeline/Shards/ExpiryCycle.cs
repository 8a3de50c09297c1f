// Owner: the ticker's tick; one is under way at a time, so the slices are reused. A slice itself belongs to its shard while it runs.

using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// The shards' upkeep (active expiry, memory of emptied databases, compaction) as dataflow: each tick posts bounded slices to every shard's own block, one
/// after the other, so that commands run in between, and ends when none has more to do or a quarter of the period is over.
/// </summary>
internal sealed class ExpiryCycle
{
    private const int BucketsPerEffort = 256;
    private const int SegmentsPerSlice = 4;

    private readonly Slice[] _slices;
    private readonly StoreClock _clock;
    private readonly ClientPause _pause;
    private readonly TimeProvider _time;
    private readonly TimeSpan _share;

    private ExpiryCycle(Ticker ticker, StoreEngine engine, TimeSpan period)
    {
        Ticker = ticker;
        _clock = engine.Clock;
        _pause = engine.Pause;
        _time = engine.Time;
        _share = period / 4 / engine.Shards.Length;
        _slices = [.. engine.Shards.Select(shard => new Slice(shard, engine.Config))];
    }

    private enum SliceEnd
    {
        Idle,
        More,
        Refused,
    }

    public Ticker Ticker { get; }

    public static ExpiryCycle AddTo(FlowGraph graph, StoreEngine engine)
    {
        TimeSpan period = TimeSpan.FromMilliseconds(1000.0 / engine.Config.Get(StoreOptions.Hz));
        return new ExpiryCycle(graph.AddTicker("expiry", Stage.ShardIntake, period), engine, period);
    }

    public void Start() => Ticker.Start(RunAsync);

    private async Task<bool> RunAsync(Tick tick)
    {
        _clock.Anchor();
        if (_pause.Mode != PauseMode.None)
            return true;
        foreach (Slice slice in _slices)
        {
            long started = _time.GetTimestamp();
            SliceEnd end;
            do
                end = await slice.RunAsync();
            while (end == SliceEnd.More && _time.GetElapsedTime(started) < _share);
            if (end == SliceEnd.Refused)
                return false;
        }

        return true;
    }

    private sealed class Slice(ShardBlock shard, ConfigStore config) : ShardMessage
    {
        private TaskCompletionSource<SliceEnd> _done = new();

        public Task<SliceEnd> RunAsync()
        {
            _done = new TaskCompletionSource<SliceEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
            Task<SliceEnd> done = _done.Task;
            if (!shard.Post(this))
                return Task.FromResult(SliceEnd.Refused);
            Resumptions.Flush();
            return done;
        }

        internal override bool Run(ShardBlock owner)
        {
            bool more = owner.Keyspace.RunUpkeep(BucketsPerEffort * config.GetInt(StoreOptions.ActiveExpireEffort), SegmentsPerSlice);
            // A key that is gone may be what somebody waits for (XREADGROUP).
            owner.EndTransaction();
            _done.SetResult(more ? SliceEnd.More : SliceEnd.Idle);
            return true;
        }

        internal override void Refuse(Exception reason) => _done.TrySetResult(SliceEnd.Refused);
    }
}
