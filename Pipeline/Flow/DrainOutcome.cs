namespace DragonflyFlow.Pipeline.Flow;

/// <summary>How a drain ended.</summary>
public enum DrainOutcome
{
    /// <summary>In order, before the deadline.</summary>
    Completed,

    /// <summary>In a fault, before the deadline.</summary>
    Faulted,

    /// <summary>After the deadline, because the block was given up; even if its Completion then reads as success.</summary>
    TimedOut,

    /// <summary>Not at all: something in it still runs.</summary>
    Stuck,
}
