using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.Compare;

/// <summary>The samples of one run, and what they say: medians, and medians of ratios taken within one round.</summary>
internal sealed class SampleSet(IReadOnlyList<Sample> samples)
{
    /// <summary>All samples, in the order in which they were taken.</summary>
    public IReadOnlyList<Sample> All { get; } = samples;

    /// <summary>The servers, in order of their first sample.</summary>
    public IEnumerable<string> Servers => All.Select(sample => sample.Server).Distinct();

    /// <summary>The tests with their pipeline depths, in order of their first sample.</summary>
    public IEnumerable<(string Test, int Pipeline)> Rows => All.Select(sample => (sample.Test, sample.Pipeline)).Distinct();

    /// <summary>The median of a server's samples; null if there are none.</summary>
    public Median? MedianOf(string server, string test, int pipeline, Metric metric)
    {
        double[] values = [.. Of(server, test, pipeline).Select(sample => metric.Of(sample))];
        return values.Length == 0 ? null : Median.Of(values);
    }

    /// <summary>
    /// The median over the rounds of (server / baseline): neighbours on the machine disturb both of a pair alike. Null without a round that has both.
    /// </summary>
    public Median? RatioOf(string server, string baseline, string test, int pipeline, Metric metric)
    {
        Dictionary<int, double> below = Of(baseline, test, pipeline).ToDictionary(sample => sample.Round, sample => metric.Of(sample));
        double[] ratios =
        [
            .. Of(server, test, pipeline)
                .Where(sample => below.GetValueOrDefault(sample.Round) > 0)
                .Select(sample => metric.Of(sample) / below[sample.Round]),
        ];
        return ratios.Length == 0 ? null : Median.Of(ratios);
    }

    private IEnumerable<Sample> Of(string server, string test, int pipeline)
        => All.Where(sample => sample.Server == server && sample.Test == test && sample.Pipeline == pipeline);
}
