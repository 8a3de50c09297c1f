using DragonflyFlow.Tests.Simulator.Faults;
using DragonflyFlow.Tests.Simulator.Processes;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>A fault put in on purpose, of a kind that has happened to somebody: the oracles must find it. None of them can be switched on in the server.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Story">What goes wrong, and where it has.</param>
/// <param name="Apply">Puts it into a process.</param>
/// <param name="Expected">What an oracle must report; others may report too.</param>
internal sealed record Control(string Name, string Story, Func<ProcessOptions, ProcessOptions> Apply, params Wrong[] Expected)
{
    /// <summary>How walks behave.</summary>
    public WalkManners Manners { get; init; }

    /// <summary>The store as it is.</summary>
    public static Control None { get; } = new("none", "the store as it is", options => options);
}
