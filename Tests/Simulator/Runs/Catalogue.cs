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

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(entry => entry.Name)];

    /// <summary>A fresh one.</summary>
    public static Workload Make(string name) => All.First(entry => entry.Name == name).Make();
}
