using DragonflyFlow.Protocol.Client;

namespace DragonflyFlow.Perf.Load;

/// <summary>A histogram in the unit of the reports.</summary>
internal static class Latencies
{
    private const double NsPerMs = 1e6;

    /// <summary>The longest, in milliseconds.</summary>
    public static double MaxMs(this LatencyHistogram latencies) => latencies.MaxNs / NsPerMs;

    /// <summary>The latency that <paramref name="percent"/> of all do not exceed, in milliseconds.</summary>
    public static double PercentileMs(this LatencyHistogram latencies, double percent) => latencies.PercentileNs(percent) / NsPerMs;
}
