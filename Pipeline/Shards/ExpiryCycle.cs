// Owner: the ticker's tick; one is under way at a time, so the slices are reused. A slice itself belongs to its shard while it runs.

using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// The shards' upkeep (active expiry, memory of emptied databases, compaction) as dataflow: each tick posts bounded slices to every shard's own block, one
/// after the other, so that commands run in between, and ends when none has more to do or a quarter of the period is over. It samples the meter on the way.
/// </summary>
internal sealed class ExpiryCycle
{
    private const int BucketsPerEffort = 256;
    private const int SegmentsPerSlice = 4;

    private readonly Slice[] _slices;
    private readonly StoreEngine _engine;
    private readonly StoreClock _clock;
    private readonly ClientPause _pause;
    private readonly TimeProvider _time;
    private readonly TimeSpan _share;

    private ExpiryCycle(Ticker ticker, StoreEngine engine, TimeSpan period)
    {
        Ticker = ticker;
        _engine = engine;
        _clock = engine.Clock;
        _pause = engine.Pause;
        _time = engine.Time;
        _share = period / 4 / engine.Shards.Length;
        _slices = [.. engine.Shards.Select(shard => new Slice(shard, engine))];
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
        bool paused = _pause.Mode != PauseMode.None;
        long commands = 0;
        long memoryBytes = 0;
        foreach (Slice slice in _slices)
        {
            long started = _time.GetTimestamp();
            SliceEnd end;
            do
                end = await slice.RunAsync(paused);
            while (end == SliceEnd.More && _time.GetElapsedTime(started) < _share);
            if (end == SliceEnd.Refused)
                return false;
            commands += slice.Commands;
            memoryBytes += slice.MemoryBytes;
        }

        _engine.ReadLocalStats(stats => commands += stats.Calls);
        _engine.Meter.Sample(commands, memoryBytes);
        return true;
    }

    private sealed class Slice(ShardBlock shard, StoreEngine engine) : ShardMessage
    {
        private TaskCompletionSource<SliceEnd> _done = new();
        private bool _paused;

        /// <summary>Of the last run: commands that the shard has run so far.</summary>
        public long Commands { get; private set; }

        /// <summary>Of the last run: bytes that the shard's data takes.</summary>
        public long MemoryBytes { get; private set; }

        public Task<SliceEnd> RunAsync(bool paused)
        {
            _paused = paused;
            _done = new TaskCompletionSource<SliceEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
            Task<SliceEnd> done = _done.Task;
            if (!shard.Post(this))
                return Task.FromResult(SliceEnd.Refused);
            Resumptions.Flush();
            return done;
        }

        internal override bool Run(ShardBlock owner)
        {
            bool more = !_paused && RunUpkeep(owner);
            Commands = owner.Stats.Calls;
            MemoryBytes = owner.Keyspace.MemoryBytes;
            _done.SetResult(more ? SliceEnd.More : SliceEnd.Idle);
            return true;
        }

        private bool RunUpkeep(ShardBlock owner)
        {
            bool more = owner.Keyspace.RunUpkeep(BucketsPerEffort * engine.Config.GetInt(StoreOptions.ActiveExpireEffort), SegmentsPerSlice);
            // A key that is gone may be what somebody waits for (XREADGROUP).
            owner.EndTransaction();
            engine.Latency.Record("expire-cycle", owner.Keyspace.NowMs / 1000, (long)engine.Time.GetElapsedTime(owner.RunStarted).TotalMilliseconds);
            return more;
        }

        internal override void Refuse(Exception reason) => _done.TrySetResult(SliceEnd.Refused);
    }
}
