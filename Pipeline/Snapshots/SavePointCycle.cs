// Owner: the ticker's tick, one at a time. Counts of changes are the shards'; a reading that is a moment old is good enough for a rule in seconds.

using System.Threading.Tasks.Dataflow;
using Cronos;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>Begins snapshots by themselves: Redis's save points ("seconds changes" pairs) and Dragonfly's snapshot_cron, looked at once a second. The code that makes them is compiled before.</summary>
internal sealed class SavePointCycle
{
    // As in Redis: after a failure no save point is tried for so long.
    private const long RetryDelayMs = 5000;

    // A process that does not live for so many seconds does not pay for what it never runs.
    private const long TickOfCompilation = 5;

    private readonly StoreEngine _engine;
    private readonly ITargetBlock<Tick> _compile;
    private SnapshotService? _service;
    private long _cronSeenMs;

    private SavePointCycle(StoreEngine engine, Ticker ticker, ITargetBlock<Tick> compile)
    {
        _engine = engine;
        _compile = compile;
        Ticker = ticker;
        _cronSeenMs = engine.NowMs();
    }

    public Ticker Ticker { get; }

    public static SavePointCycle AddTo(FlowGraph graph, StoreEngine engine)
    {
        Ticker ticker = graph.AddTicker("save-points", Stage.ShardIntake, TimeSpan.FromSeconds(1));
        // On a thread that gives way: compilation takes a core for some tenths of a second, which is a third of what a snapshot of 5 million keys takes.
        SavePointCycle? cycle = null;
        var compile = graph.AddAction<Tick>(
            "compile-snapshots", Stage.ShardIntake, [ticker], _ => cycle!._service!.CompileAhead(), new BlockOptions { Bound = 1, IsBackground = true });
        cycle = new SavePointCycle(engine, ticker, compile);
        return cycle;
    }

    public void Start(SnapshotService service)
    {
        _service = service;
        Ticker.Start(LookAsync);
    }

    private Task<bool> LookAsync(Tick tick)
    {
        long nowMs = _engine.NowMs();
        bool isCronDue = IsCronDue(nowMs);
        if (!_service!.IsSaving && DuePoint(nowMs) is { } point)
            _service.TryBegin(new SnapshotRequest($"{point.Changes} changes in {point.Seconds} seconds"), static _ => { });
        else if (isCronDue)
            _service.TrySchedule(new SnapshotRequest("snapshot_cron"));
        return tick.Number == TickOfCompilation ? _compile.SendOrRefuseAsync(tick, static _ => { }) : Task.FromResult(true);
    }

    private SavePoint? DuePoint(long nowMs)
    {
        SavePoints points = _engine.Config.Get(StoreOptions.Save);
        if (points.All.Count == 0)
            return null;
        SnapshotStatus status = _service!.Status;
        if (!status.LastIsOk && nowMs - status.LastEndMs < RetryDelayMs)
            return null;
        long changes = _engine.Shards.Sum(shard => shard.Keyspace.Stats.Dirty);
        return points.All.FirstOrDefault(point => changes >= point.Changes && nowMs - status.LastSaveMs > point.Seconds * 1000);
    }

    private bool IsCronDue(long nowMs)
    {
        string text = _engine.Config.Get(StoreOptions.SnapshotCron);
        DateTimeOffset from = DateTimeOffset.FromUnixTimeMilliseconds(_cronSeenMs);
        _cronSeenMs = nowMs;
        return text.Length > 0
            && CronExpression.Parse(text).GetNextOccurrence(from, TimeZoneInfo.Utc) is { } next
            && next.ToUnixTimeMilliseconds() <= nowMs;
    }
}
