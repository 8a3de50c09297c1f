using System.Globalization;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Tests.Simulator.Experiments;

namespace DragonflyFlow.Perf.Repro;

/// <summary>What the trials say: figures by order, and whether the claim holds.</summary>
internal sealed class ShutdownSummary
{
    private readonly ShutdownOptions _options;

    public ShutdownSummary(ShutdownOptions options, IReadOnlyList<TrialResult> results)
    {
        _options = options;
        Results = results;
        Right = [.. results.Where(result => result.Trial.Order == ShutdownOptions.Right)];
        Naive = [.. results.Where(result => result.Trial.Order != ShutdownOptions.Right)];
    }

    /// <summary>All trials.</summary>
    public IReadOnlyList<TrialResult> Results { get; }

    /// <summary>Those in the store's order.</summary>
    public IReadOnlyList<TrialResult> Right { get; }

    /// <summary>Those in other orders: the positive control.</summary>
    public IReadOnlyList<TrialResult> Naive { get; }

    /// <summary>Stops in the right order that violated something.</summary>
    public int BadOfRight => Right.Count(result => !result.IsGood);

    /// <summary>
    /// With no violation in n independent trials, a share above 3/n is refuted at 95%; null if there was a violation or no trial.
    /// </summary>
    public double? Bound => Right.Count > 0 && BadOfRight == 0 ? 3.0 / Right.Count : null;

    /// <summary>Naive orders under which no stop violated anything, or, if none of them touched freed memory, all of them: the harness would be blind.</summary>
    public IReadOnlyList<string> SilentControls => Naive.Any(result => result.Touches > 0)
        ? [.. _options.Orders.Where(order => order != ShutdownOptions.Right && Naive.Where(result => result.Trial.Order == order).All(result => result.IsGood))]
        : [.. _options.Orders.Where(order => order != ShutdownOptions.Right)];

    /// <summary>Whether the claim holds, as far as it was tried.</summary>
    public bool Holds => BadOfRight == 0 && SilentControls.Count == 0;

    /// <summary>The bound in words.</summary>
    public string BoundText => Bound is { } bound
        ? string.Create(CultureInfo.InvariantCulture, $"at most {100 * bound:0.###}% at 95% (3/n)")
        : "no bound";

    /// <summary>One line for each order, as it is printed.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (string order in _options.Orders)
        {
            TrialResult[] of = [.. Results.Where(result => result.Trial.Order == order)];
            string counts = string.Join(", ", Violation.All.Select(violation => string.Create(CultureInfo.InvariantCulture, $"{violation.SumOf(of)} {violation.Name}")));
            string bound = order == ShutdownOptions.Right ? $"; {BadOfRight} with a violation, {BoundText}" : string.Empty;
            yield return string.Create(CultureInfo.InvariantCulture, $"{order}: {of.Length} stops: {counts}{bound}");
        }
    }

    /// <summary>The matrix: trials, and trials with each violation, by order and kind of streamer.</summary>
    public Grid ByOrder()
    {
        Grid grid = new("Stops with a violation, by order and kind of streamer", ["order", "streamer", "stops", .. Violation.All.Select(violation => violation.Name), "any", "median ms", "longest ms"]);
        foreach (string order in _options.Orders)
        {
            foreach (string kind in _options.Kinds)
            {
                TrialResult[] of = [.. Results.Where(result => result.Trial.Order == order && result.Trial.Streamer == kind)];
                double[] times = [.. of.Select(result => result.StopMs).Order()];
                grid.Add(
                [
                    order, kind, Count(of.Length), .. Violation.All.Select(violation => Count(violation.TrialsIn(of))), Count(of.Count(result => !result.IsGood)),
                    Numbers.Plain(times[times.Length / 2]), Numbers.Plain(times[^1]),
                ]);
            }
        }

        return grid;
    }

    /// <summary>For each order and violation that it showed, the smallest trial that shows it again.</summary>
    public IEnumerable<(string Order, Violation Violation, Trial Trial)> Examples() =>
        from order in _options.Orders
        from violation in Violation.All
        let found = Results.Where(result => result.Trial.Order == order && violation.Of(result) > 0).OrderBy(result => result.Trial.Streamers).ThenBy(result => result.Trial.Seed).FirstOrDefault()
        where found is not null
        select (order, violation, found.Trial);

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}
