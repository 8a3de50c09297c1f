namespace DragonflyFlow.Storage.Values;

/// <summary>
/// How many elements made these registers: the improved estimator of Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017),
/// which needs no correction tables. Standard error 0.81% with 16384 registers.
/// </summary>
public static class CardinalityEstimate
{
    private const double AlphaInfinity = 0.721347520444481703680;
    private const double RegisterCount = HyperLogLogBytes.Registers;

    /// <summary>The estimate from a histogram of ranks.</summary>
    public static long From(ReadOnlySpan<int> ranks)
    {
        const int last = HyperLogLogBytes.RankCount - 1;
        double z = RegisterCount * Tau((RegisterCount - ranks[last]) / RegisterCount);
        for (int rank = last - 1; rank >= 1; rank--)
            z = (z + ranks[rank]) * 0.5;
        z += RegisterCount * Sigma(ranks[0] / RegisterCount);
        return (long)Math.Round(AlphaInfinity * RegisterCount * RegisterCount / z, MidpointRounding.AwayFromZero);
    }

    private static double Sigma(double x)
    {
        if (x == 1)
            return double.PositiveInfinity;
        double y = 1;
        double sum = x;
        double before;
        do
        {
            x *= x;
            before = sum;
            sum += x * y;
            y += y;
        }
        while (before != sum);
        return sum;
    }

    private static double Tau(double x)
    {
        if (x is 0 or 1)
            return 0;
        double y = 1;
        double sum = 1 - x;
        double before;
        do
        {
            x = Math.Sqrt(x);
            before = sum;
            y *= 0.5;
            sum -= (1 - x) * (1 - x) * y;
        }
        while (before != sum);
        return sum / 3;
    }
}
