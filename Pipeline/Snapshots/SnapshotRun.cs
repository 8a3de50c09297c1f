// Owner: the task that executes it. Cancel may be called by any thread, at any time, any number of times: it latches.

using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots.Modes;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Storage.Formats;

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>
/// One snapshot, as a graph built for the occasion: on each shard walk - pack - fan-out, whose branches are the sinks. Each sink is a scope of its own, so that it
/// can fail alone; the rest is one scope and one unit of failure.
/// </summary>
internal sealed class SnapshotRun
{
    private static readonly TimeSpan SinkStallDeadline = TimeSpan.FromSeconds(30);

    private readonly FlowGraph _graph;
    private readonly SnapshotPlan _plan;
    private readonly SnapshotSource[] _sources;
    private readonly FanOut<SnapshotPart>[] _branches;
    private readonly List<(ISnapshotSink Sink, FlowScope Scope)> _sinks = [];
    private readonly List<ISnapshotSink> _begun = [];
    private readonly WalkPace _pace;
    private readonly WorldStop? _hold;
    private readonly RelaxedEnd? _tail;
    private Exception? _cancelled;

    public SnapshotRun(FlowGraph graph, StoreEngine engine, SnapshotPlan plan)
    {
        BeganAt = engine.Time.GetTimestamp();
        _graph = graph;
        _plan = plan;
        _sources = [.. engine.Shards.Select(shard => new SnapshotSource(shard, plan, engine))];
        _branches = new FanOut<SnapshotPart>[_sources.Length];
        _pace = new WalkPace(engine.Shards);
        _hold = WorldStop.For(plan, engine, _sources);
        Cut = new SnapshotCut(engine, _sources) { Hold = _hold, ShowsEnd = plan.Mode == SnapshotMode.Relaxed };
        _tail = plan.Mode == SnapshotMode.Relaxed ? new RelaxedEnd(engine, _sources, Cut) : null;
    }

    /// <summary>What it was begun with.</summary>
    public SnapshotPlan Plan => _plan;

    /// <summary>Timestamp at which it was asked for.</summary>
    public long BeganAt { get; }

    /// <summary>The moment that it shows.</summary>
    public SnapshotCut Cut { get; }

    /// <summary>Records written so far.</summary>
    public long Records => _sources.Sum(source => source.Records);

    /// <summary>Records at the cut.</summary>
    public long RecordsAtCut => _sources.Sum(source => source.RecordsAtCut);

    /// <summary>The most bytes that were in memory for it: what copied pages are where a process forks.</summary>
    public long PeakBytes => _sources.Sum(source => source.PeakBytes);

    /// <summary>Sinks that failed without taking the snapshot with them.</summary>
    public List<string> Losses { get; } = [];

    /// <summary>Ends it: before its commit nothing is left of it. What wins, this or the commit, is decided once.</summary>
    public void Cancel(string reason)
    {
        Interlocked.CompareExchange(ref _cancelled, new OperationCanceledException(reason), null);
        foreach (SnapshotSource source in _sources)
            source.Fault(_cancelled!);
    }

    /// <summary>Runs to the end; throws the reason if it failed, after everything of it has ended and nothing of it is left.</summary>
    public async Task ExecuteAsync()
    {
        FlowScope? walks = null;
        try
        {
            if (_tail is not null && !_plan.Form.MayRepeat)
                throw new InvalidOperationException("a relaxed snapshot writes keys again, for which RDB has no form: it needs SAVE DF or df_snapshot_format");
            await BeginSinksAsync();
            walks = _graph.AddTransient(_plan.Name, BuildWalks);
            foreach (ISnapshotSink sink in _begun)
                _sinks.Add((sink, _graph.AddTransient($"{_plan.Name}-{sink.Name}", scope => Attach(sink, scope))));
            ThrowIfCancelled();
            SnapshotBuffer.Prepare(_plan.RunsAhead, SnapshotChunk.BytesUsual);
            if (!await Cut.MakeAsync())
                throw _cancelled ?? new InvalidOperationException("The shards take no more work.");
            if (_hold is not { RunsWalks: true })
                _pace.Start();
            _tail?.Start();
            await walks.Completion;
            await EndSinksAsync();
            ThrowIfCancelled();
            await CommitAsync();
        }
        catch (Exception thrown)
        {
            await EndAllAsync(walks, thrown);
            throw _cancelled ?? thrown;
        }
    }

    private async Task BeginSinksAsync()
    {
        foreach (ISnapshotSink sink in _plan.Sinks)
        {
            try
            {
                await sink.BeginAsync();
                _begun.Add(sink);
            }
            catch (Exception thrown) when (!sink.IsEssential)
            {
                Lose(sink, thrown);
            }
        }
    }

    private void BuildWalks(FlowScope scope)
    {
        _pace.AddTo(scope, _plan.WalkStage);
        _hold?.AddTo(scope, _plan.WalkStage);
        _tail?.AddTo(scope, _plan.WalkStage);
        for (int i = 0; i < _sources.Length; i++)
        {
            SnapshotSource source = scope.Adopt($"walk-{i}", _plan.WalkStage, Upstreams.None, _sources[i]);
            var pack = scope.AddTransform<SnapshotChunk, SnapshotPart>(
                $"pack-{i}", _plan.WalkStage, [source], Pack, new BlockOptions { Bound = _plan.Limits.ChunksMax, IsBackground = true });
            _branches[i] = scope.AddFanOut<SnapshotPart>($"branch-{i}", _plan.SinkStage, [pack], SinkStallDeadline, new BlockOptions { Bound = 2, IsBackground = true });
            _branches[i].Delivered = part => Taken(source, part);
            pack.LinkTo(_branches[i]);
            source.Feed(pack);
            _ = _pace.FollowAsync(source.Completion);
        }
    }

    // Walks of idle shards go on when half of what they may have under way is free: at each part a burst would be one part.
    private void Taken(SnapshotSource source, SnapshotPart part)
    {
        source.Taken(part.Weight);
        if (source.IsHalfTaken)
            _pace.GoOn();
    }

    private SnapshotPart Pack(SnapshotChunk chunk)
    {
        SnapshotPart part = _plan.Form.Pack(chunk);
        part.SetUsers(_begun.Count);
        return part;
    }

    private void Attach(ISnapshotSink sink, FlowScope scope)
    {
        IReadOnlyList<ITargetBlock<SnapshotPart>> targets = sink.Build(scope, _plan.SinkStage, _branches);
        for (int i = 0; i < _branches.Length; i++)
            _branches[i].AddBranch(targets[i], sink.IsEssential, sink.IsEssential ? null : _plan.Limits.OptionalSinkDeadline);
    }

    private async Task EndSinksAsync()
    {
        foreach ((ISnapshotSink sink, FlowScope scope) in _sinks.ToArray())
        {
            try
            {
                await scope.Completion;
            }
            catch (Exception thrown) when (!sink.IsEssential)
            {
                _sinks.Remove((sink, scope));
                Lose(sink, thrown);
            }
        }
    }

    // The counts are those of the sources: a sink that has ended in order has had every part.
    private async Task CommitAsync()
    {
        SnapshotSummary summary = new(_plan.Id, Cut.AtMs, _sources.Length, Records);
        foreach ((ISnapshotSink sink, FlowScope scope) in _sinks.ToArray())
        {
            try
            {
                await sink.CommitAsync(summary);
            }
            catch (Exception thrown) when (!sink.IsEssential)
            {
                _sinks.Remove((sink, scope));
                Lose(sink, thrown);
            }
        }
    }

    private void Lose(ISnapshotSink sink, Exception cause)
    {
        Losses.Add($"{sink.Name}: {cause.GetBaseException().Message}");
        sink.Abandon();
    }

    // Cancelled is not quiesced: the walks have left their shards and no write is under way before a file is taken away.
    private async Task EndAllAsync(FlowScope? walks, Exception cause)
    {
        foreach (SnapshotSource source in _sources)
            source.Fault(cause);
        _pace.End();
        _hold?.EndUnlessBegun();
        _tail?.EndUnlessBegun();
        if (walks is not null)
            await EndOfAsync(walks.Completion);
        foreach ((_, FlowScope scope) in _sinks)
            await EndOfAsync(scope.Completion);
        foreach (ISnapshotSink sink in _plan.Sinks)
            sink.Abandon();
    }

    private static async Task EndOfAsync(Task completion)
    {
        try
        {
            await completion;
        }
        catch (Exception)
        {
            // The reason is known: it is what is being dealt with.
        }
    }

    private void ThrowIfCancelled()
    {
        if (Volatile.Read(ref _cancelled) is { } cancelled)
            throw cancelled;
    }
}
