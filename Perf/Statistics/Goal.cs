namespace DragonflyFlow.Perf.Statistics;

/// <summary>Something to be reached: the median of a figure is at least, or at most, a limit.</summary>
internal sealed record Goal(string What, double Limit, bool AtLeast)
{
    /// <summary>Judges the figures of the rounds; nothing if there are none.</summary>
    public IEnumerable<Verdict> Judge(string where, IEnumerable<double> figures)
    {
        double[] known = [.. figures];
        return known.Length == 0 ? [] : [new Verdict(this, where, Median.Of(known))];
    }
}

/// <summary>A goal, the circumstances, and what was measured.</summary>
internal sealed record Verdict(Goal Goal, string Where, Median Measured)
{
    /// <summary>Whether the limit is kept.</summary>
    public bool IsReached => Goal.AtLeast ? Measured.Value >= Goal.Limit : Measured.Value <= Goal.Limit;
}
