namespace DragonflyFlow.Pipeline.Flow;

/// <summary>How far a block of the graph has come. States only ever move down this list.</summary>
public enum NodeState
{
    /// <summary>It takes messages.</summary>
    Running,

    /// <summary>It has been told to complete and works off what is inside.</summary>
    Draining,

    /// <summary>Its deadline has passed, it has been given up, and it has not ended yet.</summary>
    Stuck,

    /// <summary>It ended, but only after it had been given up at its deadline, whatever its Completion says.</summary>
    TimedOut,

    /// <summary>It ended in a fault.</summary>
    Faulted,

    /// <summary>It ended in order.</summary>
    Completed,
}
