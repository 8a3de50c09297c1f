// Concurrency rule: _lock guards _current and _isScheduled, that is who saves; _status is exchanged as a whole. What runs is inside the gate: a stop that closes
// the gate cancels it, and goes on when it has ended.

using DragonflyFlow.Pipeline.Commands.Generic;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots.Loading;
using DragonflyFlow.Pipeline.Transactions;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>Saves: one at a time, on request, at the times of the options, and at the stop.</summary>
public sealed class SnapshotService
{
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromSeconds(2);

    private readonly StoreEngine _engine;
    private readonly FlowGraph _graph;
    private readonly SnapshotFactory _factory;
    private readonly ISnapshotLog _log;
    private readonly Gate _gate;
    private readonly Lock _lock = new();
    private SnapshotRun? _current;
    private SnapshotRequest? _scheduled;
    private SnapshotStatus _status;

    private SnapshotService(FlowGraph graph, StoreEngine engine, IDisk disk, ISnapshotLog log, Upstreams from)
    {
        _graph = graph;
        _engine = engine;
        _log = log;
        _factory = new SnapshotFactory(engine, disk);
        Loader = new SnapshotLoader(graph, engine, _factory, log, from);
        _status = new SnapshotStatus { LastSaveMs = engine.StartedAtMs };
        _gate = graph.AddGate("snapshots", Stage.Drivers, from, () => Cancel("the store stops"));
        graph.AddRelease("final-snapshot", Stage.FinalSnapshot, [_gate], SaveAtStopAsync);
    }

    /// <summary>What brings the newest snapshot back.</summary>
    public SnapshotLoader Loader { get; }

    /// <summary>What must end before the shards: a snapshot or a load under way asks them for work.</summary>
    public IReadOnlyList<IFlowBlock> Blocks => [_gate, Loader.Gate];

    /// <summary>How the last ones fared.</summary>
    public SnapshotStatus Status => Volatile.Read(ref _status);

    /// <summary>Whether a snapshot is being made.</summary>
    public bool IsSaving => Volatile.Read(ref _current) is not null;

    /// <summary>Records written of the snapshot under way, and records it will have at most; zeros if there is none.</summary>
    public (long Done, long Total) Progress => Volatile.Read(ref _current) is { } run ? (run.Records, run.RecordsAtCut) : default;

    /// <summary>How long the snapshot under way has taken so far; null if there is none.</summary>
    public TimeSpan? Age => Volatile.Read(ref _current) is { } run ? _engine.Time.GetElapsedTime(run.BeganAt) : null;

    /// <summary>Whether the stop saves; decided by whoever asks for the stop. Null: when a file name is set.</summary>
    public bool? SavesAtStop { get; set; }

    /// <summary>Whether there is data that a save may replace older files with: not before it has been loaded.</summary>
    public bool MaySave { get; set; } = true;

    /// <summary>Told in the step of each cut, while all shards are held.</summary>
    internal Action? Cutting { get; set; }

    /// <summary>The end of the snapshot that was begun last, so that it is nobody's detached work.</summary>
    internal Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>The end of the last DEBUG RELOAD, for the same reason.</summary>
    internal Task Reloading { get; private set; } = Task.CompletedTask;

    /// <summary>Gives saving its place in the graph. <paramref name="from"/> is what can ask for it.</summary>
    public static SnapshotService AddTo(FlowGraph graph, StoreEngine engine, IDisk disk, ISnapshotLog log, params IFlowBlock[] from)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(engine);
        SavePointCycle cycle = SavePointCycle.AddTo(graph, engine);
        SnapshotService service = new(graph, engine, disk, log, [.. from, cycle.Ticker]);
        cycle.Start(service);
        return service;
    }

    /// <summary>
    /// Begins a snapshot, outside the caller's turn. <paramref name="ended"/> is told null when it is there whole, else why it is not. False, with nothing
    /// begun, if one is under way or the store stops.
    /// </summary>
    public bool TryBegin(SnapshotRequest request, Action<string?> ended)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!MaySave || !_gate.TryEnter())
            return false;
        SnapshotRun run = new(_graph, _engine, _factory.Plan(request, isFinal: false));
        if (!Take(run))
        {
            _gate.Exit();
            return false;
        }

        Running = RunAsync(run, request, ended);
        return true;
    }

    /// <summary>Begins one as soon as the one under way has ended (BGSAVE SCHEDULE); false if the store stops.</summary>
    public bool TrySchedule(SnapshotRequest request)
    {
        lock (_lock)
        {
            if (_current is not null)
            {
                _scheduled = request;
                return true;
            }
        }

        return TryBegin(request, static _ => { });
    }

    /// <summary>
    /// Compiles what makes snapshots, so that the first does not: what is generic by making one that is not begun. BGSAVE is asked for on a thread that serves clients.
    /// </summary>
    public void CompileAhead()
    {
        CompiledAhead.Snapshots.Run(_engine.Options.Disk?.GetType());
        _ = new SnapshotRun(_graph, _engine, _factory.Plan(new SnapshotRequest("to be compiled"), isFinal: false));
    }

    /// <summary>Ends the snapshot under way, if there is one; nothing is left of it.</summary>
    public void Cancel(string reason)
    {
        SnapshotRun? run;
        lock (_lock)
        {
            run = _current;
            _scheduled = null;
        }

        run?.Cancel(reason);
    }

    /// <summary>
    /// Saves, if so wished, empties the store, if so wished, and loads the newest snapshot (DEBUG RELOAD). <paramref name="ended"/> is told null, or what went
    /// wrong. False, with nothing begun, if a snapshot is under way or the store stops.
    /// </summary>
    public bool TryReload(bool save, bool flush, Action<string?> ended)
    {
        if (!save)
            return TryLoadAgain(flush, ended);
        return TryBegin(new SnapshotRequest("DEBUG RELOAD"), error =>
        {
            if (error is not null)
                ended(error);
            else if (!TryLoadAgain(flush, ended))
                ended("the store stops");
        });
    }

    private bool TryLoadAgain(bool flush, Action<string?> ended)
    {
        if (!_gate.TryEnter())
            return false;
        Loader.Announce();
        Reloading = LoadAgainAsync(flush, ended);
        return true;
    }

    private async Task LoadAgainAsync(bool flush, Action<string?> ended)
    {
        await Task.Yield();
        string? error = null;
        try
        {
            if (flush)
                await GlobalWork.RunAsync(_engine, () => FlushCommands.Clear(_engine, later: false, "DEBUG RELOAD"));
            await Loader.LoadAsync();
        }
        catch (LoadException cause)
        {
            // What is in memory now is a part: it must not replace the file that has the whole.
            MaySave = false;
            Loader.GiveUp();
            error = cause.Message;
        }

        ended(error);
        _gate.Exit();
    }

    private bool Take(SnapshotRun run)
    {
        lock (_lock)
        {
            if (_current is not null)
                return false;
            _current = run;
            return true;
        }
    }

    private async Task RunAsync(SnapshotRun run, SnapshotRequest request, Action<string?> ended)
    {
        // What begins here is no part of the turn, or the shard's step, that asked for it.
        await Task.Yield();
        CompiledAhead.Snapshots.Run(_engine.Options.Disk?.GetType());
        string? error = await ExecuteAsync(run, request);
        SnapshotRequest? next;
        lock (_lock)
        {
            _current = null;
            (next, _scheduled) = (_scheduled, null);
        }

        ended(error);
        if (next is not null)
            TryBegin(next, static _ => { });
        _gate.Exit();
    }

    private async Task<string?> ExecuteAsync(SnapshotRun run, SnapshotRequest request)
    {
        string file = run.Plan.File;
        run.Cut.Made = Cutting;
        _log.Saving(file, request.Reason);
        try
        {
            await using (_engine.Time.CreateTimer(_ => _log.SaveProgress(file, run.Records, run.RecordsAtCut), null, ReportPeriod, ReportPeriod))
                await run.ExecuteAsync();
        }
        catch (Exception thrown)
        {
            string reason = thrown.GetBaseException().Message;
            long failedMs = (long)_engine.Time.GetElapsedTime(run.BeganAt).TotalMilliseconds;
            _status = _status with { LastIsOk = false, LastError = reason, LastDurationMs = failedMs, LastEndMs = _engine.NowMs() };
            _log.SaveFailed(file, reason);
            return reason;
        }

        long durationMs = (long)_engine.Time.GetElapsedTime(run.BeganAt).TotalMilliseconds;
        foreach (string loss in run.Losses)
            _log.BranchLost(file, loss);
        SettleDirty(run);
        _status = _status with
        {
            LastSaveMs = _engine.NowMs(),
            LastIsOk = true,
            LastError = "",
            LastDurationMs = durationMs,
            LastRecords = run.Records,
            LastFile = file,
            LastDigest = run.Plan.Digest?.Text ?? "",
            LastCutUs = run.Cut.DurationUs,
            LastPeakBytes = run.PeakBytes,
            LastEndMs = _engine.NowMs(),
            Saves = _status.Saves + 1,
        };
        _log.Saved(file, run.Records, durationMs);
        return null;
    }

    // Changes since the cut are not in the file.
    private void SettleDirty(SnapshotRun run) => _engine.PostToShards(shard => shard.Keyspace.Stats.Dirty -= run.Cut.Dirty[shard.Index]);

    private async Task SaveAtStopAsync()
    {
        bool wanted = SavesAtStop ?? (_engine.Config.Get(StoreOptions.DbFileName).Length > 0);
        if (!wanted || !MaySave)
            return;
        SnapshotRequest request = new("the store stops");
        SnapshotRun run = new(_graph, _engine, _factory.Plan(request, isFinal: true));
        if (await ExecuteAsync(run, request) is { } error)
            throw new IOException($"the snapshot at the stop failed: {error}");
    }
}
