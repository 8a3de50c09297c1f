namespace DragonflyFlow.Perf.Load;

/// <summary>How a workload is driven.</summary>
public enum LoadKind
{
    /// <summary>Each client sends the command, in a pipeline.</summary>
    Requests,

    /// <summary>Pairs of clients: one waits in BLPOP, the other pushes. A request is an element handed over.</summary>
    HandOver,

    /// <summary>Clients publish, in a pipeline; others have subscribed. A request is a message that all of them have got.</summary>
    Publish,
}
