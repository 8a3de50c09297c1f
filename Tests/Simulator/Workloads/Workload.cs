using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;

namespace DragonflyFlow.Tests.Simulator.Workloads;

/// <summary>Something that clients do with the store, and what must be true of it while it is done and afterwards.</summary>
internal abstract class Workload
{
    /// <summary>Its name, as scenarios and traces tell it.</summary>
    public abstract string Name { get; }

    /// <summary>Starts its clients.</summary>
    public abstract void Start(Bench bench, int clients, int operations);

    /// <summary>Holds what its clients know against what the store holds at the end of a stop in order.</summary>
    public virtual void Judge(Oracle oracle, FinalImage image)
    {
    }

    /// <summary>Whether a reply says that the command was not run because the server stops.</summary>
    protected static bool IsRefusal(RespValue reply) => reply.IsError && reply.Text.Contains("shutting down", StringComparison.Ordinal);
}
