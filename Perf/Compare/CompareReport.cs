using System.Globalization;
using DragonflyFlow.Perf.Report;

namespace DragonflyFlow.Perf.Compare;

/// <summary>The tables of a comparison.</summary>
internal static class CompareReport
{
    private const string Baseline = "redis";

    /// <summary>Medians of every server in every row, and their ratios to redis-server of the same rounds.</summary>
    public static Grid Figures(SampleSet samples)
    {
        Grid grid = new("Medians, and medians of the ratios to redis-server within one round (lowest - highest)",
            "test", "P", "server", "krps", "p50 ms", "p99 ms", "CPU s/Mop", "cores busy", "x krps", "x p50", "x p99", "x CPU");
        foreach ((string test, int pipeline) in samples.Rows)
        {
            foreach (string server in samples.Servers.Order())
            {
                if (samples.MedianOf(server, test, pipeline, Metric.Throughput) is not { } throughput)
                    continue;
                grid.Add(test, Text(pipeline), server, Numbers.Plain(throughput.Value / 1000), Middle(Metric.P50), Middle(Metric.P99), Middle(Metric.Cpu), Middle(Metric.Cores),
                    Ratio(Metric.Throughput), Ratio(Metric.P50), Ratio(Metric.P99), Ratio(Metric.Cpu));

                string Middle(Metric metric) => Numbers.Plain(samples.MedianOf(server, test, pipeline, metric)?.Value);
                string Ratio(Metric metric)
                    => server == Baseline ? Numbers.None : Numbers.Spread(samples.RatioOf(server, Baseline, test, pipeline, metric));
            }
        }

        return grid;
    }

    /// <summary>Memory of the prefilled keyspace.</summary>
    public static Grid Memory(SampleSet samples, int keys, int valueBytes)
    {
        Grid grid = new($"Resident memory for each of {keys:N0} keys of 16 B with values of {valueBytes} B", "server", "bytes per key", "x redis");
        (string test, int pipeline) = samples.Rows.First();
        foreach (string server in samples.Servers.Order())
        {
            grid.Add(server, Numbers.Plain(samples.MedianOf(server, test, pipeline, Metric.BytesPerKey)?.Value),
                server == Baseline ? Numbers.None : Numbers.Spread(samples.RatioOf(server, Baseline, test, pipeline, Metric.BytesPerKey)));
        }

        return grid;
    }

    /// <summary>The targets that this run can judge, each with what was measured.</summary>
    public static Grid Targets(IEnumerable<TargetVerdict> verdicts)
    {
        Grid grid = new("Targets", "test", "P", "metric", "against", "target", "measured", "verdict");
        foreach (TargetVerdict verdict in verdicts.Where(verdict => verdict.Outcome != TargetOutcome.NotMeasured))
        {
            Target target = verdict.Target;
            grid.Add(target.Test, target.Pipeline == 0 ? Numbers.None : Text(target.Pipeline), target.Metric.Label(), target.Rival,
                (target.AtLeast ? ">= " : "<= ") + Numbers.Ratio(target.Limit), Numbers.Ratio(verdict.Measured),
                verdict.Outcome == TargetOutcome.Reached ? "reached" : "MISSED");
        }

        return grid;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
