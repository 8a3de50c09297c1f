namespace DragonflyFlow.Pipeline.Flow;

/// <summary>What the whole graph is given from outside: clock, scheduler, log.</summary>
public sealed record FlowSettings
{
    /// <summary>The clock of deadlines, tickers and the watchdog.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where handlers of blocks run; a simulator puts its own here.</summary>
    public TaskScheduler Scheduler { get; init; } = TaskScheduler.Default;

    /// <summary>Where handlers run for which no client waits (<see cref="BlockOptions.IsBackground"/>); null = where the others do.</summary>
    public TaskScheduler? Background { get; init; }

    /// <summary>Messages one block runs before it gives its thread to the next block: 1 or more. A simulator takes 1, for fine interleavings.</summary>
    public int MessagesPerTaskMax { get; init; } = 64;

    /// <summary>Who is told of faults and of the stop.</summary>
    public IFlowLog Log { get; init; } = IFlowLog.None;

    /// <summary>How completion crosses an arrow. There is one rule; the simulator's wrong ones show that it finds what they do.</summary>
    internal ICompletionRule Completion { get; init; } = AllSources.Instance;
}
