namespace DragonflyFlow.Perf.Statistics;

/// <summary>The middle of some samples and how far they lie apart.</summary>
internal readonly record struct Median(double Value, double Lowest, double Highest, int Count)
{
    /// <summary>The median of at least one sample; the mean of the two in the middle if their number is even.</summary>
    public static Median Of(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        if (sorted.Length == 0)
            throw new ArgumentException("A median needs at least one sample.", nameof(samples));
        int middle = sorted.Length / 2;
        double value = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Median(value, sorted[0], sorted[^1], sorted.Length);
    }
}
