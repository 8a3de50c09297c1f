using DragonflyFlow.Tests.Simulator.Controls;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>
/// Makes a failing scenario smaller for as long as it fails in the same way: fewer workloads, clients, operations, faults. What the failure does not need is gone
/// then, and the trace can be read.
/// </summary>
internal static class Shrinker
{
    private const int RunsMax = 300;

    /// <summary>The smallest failing run found.</summary>
    public static RunResult Shrink(RunResult failing, Control? control = null)
    {
        Wrong kind = failing.Found[0].Kind;
        RunResult smallest = failing;
        int runs = 0;
        bool shrunk = true;
        while (shrunk && runs < RunsMax)
        {
            shrunk = false;
            foreach (Scenario candidate in Smaller(smallest.Scenario))
            {
                if (++runs > RunsMax)
                    break;
                RunResult result = SeedRun.Run(candidate, control);
                if (result.Found.All(found => found.Kind != kind))
                    continue;
                smallest = result;
                shrunk = true;
                break;
            }
        }

        return smallest;
    }

    private static IEnumerable<Scenario> Smaller(Scenario scenario)
    {
        IReadOnlyList<Share> shares = scenario.Shares;
        for (int i = 0; i < shares.Count && shares.Count > 1; i++)
            yield return scenario with { Shares = Without(shares, i) };
        IReadOnlyList<int> kept = scenario.Kept ?? [.. Enumerable.Range(0, scenario.Faults.Count)];
        for (int i = 0; i < kept.Count; i++)
        {
            // A run without an end would not end; nodes are stopped anyhow.
            Scenario fewer = scenario.Keep(Without(kept, i));
            if (fewer.Cluster is not null || fewer.Faults.Any(fault => fault.IsEnd))
                yield return fewer;
        }

        for (int i = 0; i < shares.Count; i++)
        {
            if (shares[i].Clients > 1)
                yield return scenario with { Shares = With(shares, i, shares[i] with { Clients = shares[i].Clients / 2 }) };
            if (shares[i].Operations > 1)
                yield return scenario with { Shares = With(shares, i, shares[i] with { Operations = shares[i].Operations / 2 }) };
        }
    }

    private static List<T> Without<T>(IReadOnlyList<T> all, int index) => [.. all.Where((_, i) => i != index)];

    private static List<T> With<T>(IReadOnlyList<T> all, int index, T instead) => [.. all.Select((one, i) => i == index ? instead : one)];
}
