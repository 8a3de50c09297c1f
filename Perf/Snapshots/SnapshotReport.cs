using System.Globalization;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.Snapshots;

/// <summary>The tables of <c>snapshot</c>.</summary>
internal static class SnapshotReport
{
    /// <summary>Medians over the rounds of each server under each load.</summary>
    public static Grid Saves(SnapshotOptions options, IReadOnlyList<SnapshotSample> samples)
    {
        Grid grid = new(
            $"{options.Keys.ToString("N0", CultureInfo.InvariantCulture)} keys of 16 B with values of {options.ValueBytes} B, saved under SETs of {options.Clients} connections; medians",
            "server", "P", "krps before", "during", "kept", "p99 ms before", "during", "growth", "seconds", "PING max ms before", "during", "served", "core stop ms", "cut or fork ms", "RSS peak / before", "own account", "file MB", "first kept", "first s");
        foreach (IGrouping<(string Server, int Pipeline), SnapshotSample> group in samples.GroupBy(sample => (sample.Server, sample.Pipeline)).OrderBy(group => group.Key.Pipeline))
        {
            grid.Add(
                group.Key.Server, $"{group.Key.Pipeline}", Plain(sample => sample.Before.OpsPerSecond / 1000), Plain(sample => sample.During.OpsPerSecond / 1000),
                Spread(sample => sample.Kept), Plain(sample => sample.Before.P99Ms), Plain(sample => sample.During.P99Ms), Spread(sample => sample.P99Growth),
                Plain(sample => sample.Seconds), Plain(sample => sample.PingBefore.MaxMs()), Plain(sample => sample.Ping.MaxMs()),
                Plain(sample => sample.PingServed.MaxMs()), Plain(sample => sample.CoreStopMs), Plain(sample => sample.CutMs), Ratio(sample => sample.ResidentGrowth), Ratio(sample => sample.OwnGrowth),
                Plain(sample => sample.FileBytes / 1e6), Ratio(sample => sample.FirstKept), Plain(sample => sample.First?.Seconds));

            string Plain(Func<SnapshotSample, double?> figure) => Numbers.Plain(Middle(group, figure)?.Value);
            string Ratio(Func<SnapshotSample, double?> figure) => Numbers.Ratio(Middle(group, figure)?.Value);
            string Spread(Func<SnapshotSample, double?> figure) => Numbers.Spread(Middle(group, figure));
        }

        return grid;
    }

    /// <summary>How long each server takes to find what it has saved.</summary>
    public static Grid Loads(IReadOnlyList<LoadSample> loads)
    {
        Grid grid = new("Started again: each loads what it has saved; medians", "server", "load s", "with the start of the process s");
        foreach (IGrouping<string, LoadSample> server in loads.GroupBy(load => load.Server))
            grid.Add(server.Key, Numbers.Plain(Median.Of(server.Select(load => load.Seconds)).Value), Numbers.Plain(Median.Of(server.Select(load => load.StartSeconds)).Value));
        return grid;
    }

    /// <summary>The targets that this run can judge.</summary>
    public static Grid Targets(IReadOnlyList<SnapshotVerdict> verdicts)
    {
        Grid grid = new("Targets", "what", "P", "target", "measured", "verdict");
        foreach (SnapshotVerdict verdict in verdicts)
        {
            grid.Add(verdict.Target.What, verdict.Pipeline is { } pipeline ? $"{pipeline}" : Numbers.None,
                (verdict.Target.AtLeast ? ">= " : "<= ") + Numbers.Plain(verdict.Target.Limit), Numbers.Plain(verdict.Measured), verdict.IsReached ? "reached" : "MISSED");
        }

        return grid;
    }

    private static Median? Middle(IEnumerable<SnapshotSample> group, Func<SnapshotSample, double?> figure)
    {
        double[] known = [.. group.Select(figure).OfType<double>()];
        return known.Length == 0 ? null : Median.Of(known);
    }
}
