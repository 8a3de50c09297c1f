// One run executes the plan. A stage begins when the one before has ended; within a stage a block is completed when all its upstreams have ended, so
// independent blocks stop side by side. Blocks that an operation adds to the stage under way are stopped with it; a stage passed takes no new block.

namespace DragonflyFlow.Pipeline.Flow;

/// <summary>The execution of the shutdown plan.</summary>
internal sealed class ShutdownRun
{
    private readonly FlowGraph _graph;
    private readonly StopOptions _options;
    private readonly TimeProvider _time;
    private readonly Dictionary<FlowNode, LedgerReading> _before;
    private readonly Dictionary<FlowNode, (long Left, long Since)> _moved; // the watchdog's
    private readonly long _began;
    private volatile FlowNode? _stuck;

    public ShutdownRun(FlowGraph graph, StopOptions options)
    {
        _graph = graph;
        _options = options;
        _time = graph.Settings.Time;
        _began = _time.GetTimestamp();
        _before = graph.Nodes.ToDictionary(node => node, node => node.Block.Ledger);
        _moved = _before.ToDictionary(entry => entry.Key, entry => (LeftOf(entry.Value), _began));
    }

    public async Task<StopReport> ExecuteAsync()
    {
        _graph.Log.StopBegan(_graph.LiveBlocks);
        var stages = new List<StageReport>();
        await using (_time.CreateTimer(_ => NameLiveBlocks(), null, _options.WatchdogPeriod, _options.WatchdogPeriod))
        {
            foreach (Stage stage in _options.Order.Stages)
            {
                if (await StopStageAsync(stage) is not { Blocks: > 0 } report)
                    continue;
                stages.Add(report);
                _graph.Log.StageStopped(report);
            }
        }

        StopVerdict verdict = stages.SelectMany(stage => stage.Problems).Select(block => block.Verdict).DefaultIfEmpty().Max();
        var stop = new StopReport(verdict, _time.GetElapsedTime(_began).TotalMilliseconds, _graph.LiveBlocks, stages);
        _graph.Log.StopEnded(stop);
        return stop;
    }

    private async Task<StageReport> StopStageAsync(Stage stage)
    {
        long began = _time.GetTimestamp();
        var reports = new List<BlockReport>();
        while (_graph.TakeForStop(stage) is { Count: > 0 } nodes)
        {
            var stops = new Dictionary<FlowNode, Task<BlockReport>>();
            foreach (FlowNode node in nodes)
                stops.Add(node, StopNodeAsync(node, [.. node.Upstreams.Where(stops.ContainsKey).Select(upstream => stops[upstream])], began));
            reports.AddRange(await Task.WhenAll(stops.Values));
        }

        return StageReport.Of(stage, _time.GetElapsedTime(began).TotalMilliseconds, reports);
    }

    private async Task<BlockReport> StopNodeAsync(FlowNode node, Task[] upstreams, long stageBegan)
    {
        await Task.WhenAll(upstreams);
        string? unreleased = node.Block is ReleaseBlock && _stuck is { } stuck ? $"not released: '{stuck.Name}' still runs" : null;
        Action complete = unreleased is null
            ? () => node.CompleteAfterUpstreams(UpstreamFaultOf(node))
            : () => node.Abandon(new FlowFaultException(node.Name, new InvalidOperationException(unreleased)));
        if (!_options.Order.Waits)
            return ReportUnawaited(node, complete);
        DrainResult result = await Draining.DrainAsync(
            node.Block, node.Name, complete, node.MarkGivenUp, Remaining(node.Stage, stageBegan), _options.Grace, _time);
        if (result.Outcome == DrainOutcome.Stuck)
            _stuck ??= node;
        else
            await node.Supervision;
        return Report(node, result, unreleased);
    }

    private BlockReport ReportUnawaited(FlowNode node, Action complete)
    {
        Draining.Try(complete);
        return Report(node, new DrainResult(node.Block.Completion.IsCompleted ? DrainOutcome.Completed : DrainOutcome.Stuck, null, node.Block.Ledger), null);
    }

    // An upstream that did not end in order gave only a part, whatever its Completion says by now.
    private static FlowFaultException? UpstreamFaultOf(FlowNode node)
    {
        if (node.FirstUpstreamFault is { } fault)
            return fault;
        FlowNode? late = node.Upstreams.FirstOrDefault(upstream => upstream.State is NodeState.TimedOut or NodeState.Stuck);
        return late is null ? null : new FlowFaultException(late.Name, new TimeoutException("It was given up at its deadline."));
    }

    private TimeSpan Remaining(Stage stage, long stageBegan)
    {
        TimeSpan ofStage = _options.DeadlineOf(stage) - _time.GetElapsedTime(stageBegan);
        TimeSpan ofWhole = _options.Deadline - _time.GetElapsedTime(_began);
        TimeSpan left = ofStage < ofWhole ? ofStage : ofWhole;
        return left > _options.Grace ? left : _options.Grace;
    }

    private BlockReport Report(FlowNode node, DrainResult result, string? unreleased)
    {
        LedgerReading before = _before.GetValueOrDefault(node);
        LedgerReading now = result.Ledger;
        (StopVerdict verdict, string? reason) = (result.Outcome, unreleased) switch
        {
            (_, not null) => (StopVerdict.Stuck, unreleased),
            (DrainOutcome.Stuck, _) => (StopVerdict.Stuck, $"still runs: {now}"),
            (DrainOutcome.TimedOut, _) => (StopVerdict.TimedOut, $"given up at its deadline: {now}"),
            (DrainOutcome.Faulted, _) => (StopVerdict.Faulted, result.Fault!.Message),
            _ when !now.IsSettled => (StopVerdict.Unbalanced, $"ledger does not balance: {now}"),
            _ => (StopVerdict.Clean, (string?)null),
        };
        return new BlockReport(
            node.Name, verdict, now.Done - before.Done, now.Refused - before.Refused, now.Failed - before.Failed, result.Abandoned, reason);
    }

    private void NameLiveBlocks()
    {
        foreach (FlowNode node in _graph.Nodes)
        {
            if (node.State is NodeState.Draining or NodeState.Stuck)
                _graph.Log.StillRunning(node.Read() with { Unmoved = UnmovedOf(node) });
        }
    }

    private TimeSpan UnmovedOf(FlowNode node)
    {
        LedgerReading now = node.Block.Ledger;
        if (!_moved.TryGetValue(node, out (long Left, long Since) seen) || seen.Left != LeftOf(now))
            _moved[node] = seen = (LeftOf(now), _time.GetTimestamp());
        return now.Inside == 0 ? TimeSpan.Zero : _time.GetElapsedTime(seen.Since);
    }

    private static long LeftOf(LedgerReading reading) => reading.Accepted - reading.Inside;
}
