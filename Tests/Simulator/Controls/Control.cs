using DragonflyFlow.Tests.Simulator.Faults;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.Processes;
using DragonflyFlow.Tests.Simulator.Runs;

namespace DragonflyFlow.Tests.Simulator.Controls;

/// <summary>A fault put in on purpose, of a kind that has happened to somebody: the oracles must find it. None of them can be switched on in the server.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Story">What goes wrong, and where it has.</param>
/// <param name="Expected">What an oracle must report; others may report too.</param>
internal sealed record Control(string Name, string Story, params Wrong[] Expected)
{
    /// <summary>The store as it is.</summary>
    public static Control None { get; } = new("none", "the store as it is");

    /// <summary>Puts it into a process.</summary>
    public Func<ProcessOptions, ProcessOptions> Apply { get; init; } = options => options;

    /// <summary>Puts it into the network.</summary>
    public Func<NetworkProfile, NetworkProfile> ApplyToNetwork { get; init; } = profile => profile;

    /// <summary>Called when the process has been made, on its scheduler.</summary>
    public Action<SimProcess> OnStart { get; init; } = _ => { };

    /// <summary>Whether only runs of several nodes can show it.</summary>
    public bool NeedsNodes { get; init; }

    /// <summary>Puts more into the scenario of what the fault needs, so that it need not be looked for long.</summary>
    public Func<Scenario, Scenario> ApplyToScenario { get; init; } = scenario => scenario;

    /// <summary>How walks behave.</summary>
    public WalkManners Manners { get; init; }
}
