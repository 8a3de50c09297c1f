using System.Globalization;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.Migration;

/// <summary>The tables of <c>migration</c>.</summary>
internal static class MigrationReport
{
    /// <summary>Medians over the rounds of each pair, idle and under load.</summary>
    public static Grid Figures(MigrationOptions options, IReadOnlyList<MigrationSample> samples)
    {
        Grid grid = new(
            string.Create(CultureInfo.InvariantCulture,
                $"{options.Slots} of 16384 slots move: {KeyRequest.Count(options.Keys, 0, options.Slots):N0} of {options.Keys:N0} keys of 16 B with values of {options.ValueBytes} B, under {options.Clients} connections but when idle; medians of {options.Rounds}"),
            "pair", "load", "seconds", "until hand-over s", "lowest", "highest", "pause, own account ms", "write p99 ms", "longest ms", "oversleep ms", "krps before", "during",
            "p99 ms before", "during", "growth");
        foreach (IGrouping<(Scene Scene, string Server), MigrationSample> group in samples.GroupBy(sample => (sample.Scene, sample.Server)).OrderBy(group => group.Key.Scene))
        {
            Median seconds = Median.Of(group.Select(sample => sample.Moved.Seconds));
            grid.Add(
                group.Key.Server, group.Key.Scene.Name(), Numbers.Plain(seconds.Value), Plain(sample => sample.Moved.HandedOverSeconds),
                Numbers.Plain(seconds.Lowest), Numbers.Plain(seconds.Highest), Plain(sample => sample.Moved.PausedMs), Plain(sample => sample.Writes.PercentileMs(99)),
                Plain(sample => sample.Writes.MaxMs()), Plain(sample => sample.Oversleep.MaxMs()), Plain(sample => sample.Before?.OpsPerSecond / 1000),
                Plain(sample => sample.During?.OpsPerSecond / 1000), Plain(sample => sample.Before?.P99Ms), Plain(sample => sample.During?.P99Ms),
                Numbers.Spread(Middle(group, sample => sample.P99Growth)));

            string Plain(Func<MigrationSample, double?> figure) => Numbers.Plain(Middle(group, figure)?.Value);
        }

        return grid;
    }

    /// <summary>The goals that this run can judge.</summary>
    public static Grid Goals(IReadOnlyList<Verdict> verdicts)
    {
        Grid grid = new("Targets", "what", "load", "target", "measured", "lowest", "highest", "verdict");
        foreach (Verdict verdict in verdicts)
        {
            grid.Add(
                verdict.Goal.What, verdict.Where, (verdict.Goal.AtLeast ? ">= " : "<= ") + Numbers.Plain(verdict.Goal.Limit), Numbers.Plain(verdict.Measured.Value),
                Numbers.Plain(verdict.Measured.Lowest), Numbers.Plain(verdict.Measured.Highest), verdict.IsReached ? "reached" : "MISSED");
        }

        return grid;
    }

    private static Median? Middle(IEnumerable<MigrationSample> group, Func<MigrationSample, double?> figure)
    {
        double[] known = [.. group.Select(figure).OfType<double>()];
        return known.Length == 0 ? null : Median.Of(known);
    }
}
