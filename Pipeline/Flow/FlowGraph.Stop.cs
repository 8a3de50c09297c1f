namespace DragonflyFlow.Pipeline.Flow;

public sealed partial class FlowGraph
{
    private TaskCompletionSource<StopReport>? _stop;

    /// <summary>Whether a stop has begun.</summary>
    public bool IsStopping => Volatile.Read(ref _stop) is not null;

    /// <summary>The shutdown plan for the graph as it is now.</summary>
    public ShutdownPlan Plan() => new(Nodes);

    /// <summary>
    /// Stops everything in the order of the plan and reports. Never throws for what goes wrong in a block: it stands in the report. The first call decides the
    /// options; any other shares its execution and its report.
    /// </summary>
    public async Task<StopReport> StopAsync(StopOptions? options = null)
    {
        TaskCompletionSource<StopReport> mine = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _stop, mine, null) is { } first)
            return await first.Task;
        try
        {
            mine.SetResult(await new ShutdownRun(this, options ?? new StopOptions()).ExecuteAsync());
        }
        catch (Exception thrown)
        {
            mine.SetException(thrown);
        }

        return await mine.Task;
    }

    /// <summary>The blocks of a stage that the stop has not dealt with; when there is none, the stage has been passed and takes no more.</summary>
    internal IReadOnlyList<FlowNode> TakeForStop(Stage stage)
    {
        lock (_lock)
        {
            FlowNode[] taken = [.. _nodes.Where(node => node.Stage == stage && !node.IsStopping)];
            if (taken.Length == 0)
                _stagePassed = stage;
            foreach (FlowNode node in taken)
                node.IsStopping = true;
            return taken;
        }
    }
}
