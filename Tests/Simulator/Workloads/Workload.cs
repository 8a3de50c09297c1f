using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Workloads;

/// <summary>Something that clients do with the store, and what must be true of it while it is done and afterwards.</summary>
internal abstract class Workload
{
    /// <summary>Its name, as scenarios and traces tell it.</summary>
    public abstract string Name { get; }

    /// <summary>Starts its clients.</summary>
    public abstract void Start(Bench bench, int clients, int operations);

    /// <summary>Puts data into the store before anybody is served.</summary>
    public virtual Task PrepareAsync(SimProcess process, SimRandom random) => Task.CompletedTask;

    /// <summary>
    /// What its clients know now: the judge of a store that shows this moment, whether at the end of a stop in order or at the cut of a snapshot. What they have been
    /// told is there; what they have sent and not been told of may be.
    /// </summary>
    public virtual Action<Oracle, FinalImage> Mark() => static (_, _) => { };

    /// <summary>Whether a reply says that the command was not run because the server stops.</summary>
    protected static bool IsRefusal(RespValue reply) => reply.IsError && reply.Text.Contains("shutting down", StringComparison.Ordinal);
}
