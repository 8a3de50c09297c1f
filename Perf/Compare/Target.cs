namespace DragonflyFlow.Perf.Compare;

/// <summary>
/// One goal: a metric of ours divided by a rival's, at least or at most <paramref name="Limit"/>. Where several servers stand for one rival, the one that is
/// harder to beat counts. A pipeline depth of 0 says that none belongs to the test.
/// </summary>
internal sealed record Target(string Test, int Pipeline, Metric Metric, double Limit, string Rival)
{
    /// <summary>More is better.</summary>
    public bool AtLeast => Metric == Metric.Throughput;

    /// <summary>Judges the measured ratios; without any the target is not measured.</summary>
    public TargetVerdict Judge(IReadOnlyCollection<double> ratios)
    {
        if (ratios.Count == 0)
            return new TargetVerdict(this, null, TargetOutcome.NotMeasured);
        double hardest = AtLeast ? ratios.Min() : ratios.Max();
        bool reached = AtLeast ? hardest >= Limit : hardest <= Limit;
        return new TargetVerdict(this, hardest, reached ? TargetOutcome.Reached : TargetOutcome.Missed);
    }
}

/// <summary>A target and what was measured.</summary>
internal sealed record TargetVerdict(Target Target, double? Measured, TargetOutcome Outcome);

/// <summary>What became of a target.</summary>
public enum TargetOutcome
{
    /// <summary>The rival or the test was not part of the run.</summary>
    NotMeasured,

    /// <summary>The measured ratio keeps the limit.</summary>
    Reached,

    /// <summary>The measured ratio breaks the limit.</summary>
    Missed,
}
