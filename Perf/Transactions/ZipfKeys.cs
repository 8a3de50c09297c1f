namespace DragonflyFlow.Perf.Transactions;

/// <summary>Draws numbers from 0 on, small ones more often: the chance of the n-th is as 1/n^s. The cumulated chances are shared by all clients.</summary>
internal sealed class ZipfKeys
{
    private readonly double[] _cumulated;

    public ZipfKeys(int keys, double exponent)
    {
        _cumulated = new double[keys];
        double sum = 0;
        for (int i = 0; i < keys; i++)
        {
            sum += 1 / Math.Pow(i + 1, exponent);
            _cumulated[i] = sum;
        }
    }

    /// <summary>The next number.</summary>
    public int Next(Random random)
    {
        int at = Array.BinarySearch(_cumulated, random.NextDouble() * _cumulated[^1]);
        return Math.Min(at < 0 ? ~at : at, _cumulated.Length - 1);
    }
}
