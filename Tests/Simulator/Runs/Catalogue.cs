using DragonflyFlow.Tests.Simulator.Nodes;
using DragonflyFlow.Tests.Simulator.Workloads;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>The workloads there are.</summary>
internal static class Catalogue
{
    private static readonly (string Name, Func<Workload> Make)[] All =
    [
        ("counters", () => new Counters()),
        ("logs", () => new Logs()),
        ("transfers", () => new Transfers()),
        ("races", () => new Races()),
        ("queues", () => new Queues()),
        ("channels", () => new Channels()),
        ("expiries", () => new Expiries()),
        ("churn", () => new Churn()),
        ("readers", () => new Readers()),
    ];

    // Those of a run with a disk.
    private static readonly (string Name, Func<Workload> Make)[] OfDisk = [("ballast", () => new Ballast()), ("savers", () => new Savers())];

    /// <summary>The names of those that any run may have.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(entry => entry.Name)];

    /// <summary>Whether there is one of this name.</summary>
    public static bool Has(string name) => name == Movers.Name || All.Concat(OfDisk).Any(entry => entry.Name == name);

    /// <summary>A fresh one.</summary>
    public static Workload Make(string name) => All.Concat(OfDisk).First(entry => entry.Name == name).Make();
}
