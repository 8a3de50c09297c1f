namespace DragonflyFlow.Perf.Compare;

/// <summary>What is compared.</summary>
public enum Metric
{
    /// <summary>Requests a second; the only one of which more is better.</summary>
    Throughput,

    /// <summary>Server CPU for a million operations.</summary>
    Cpu,

    /// <summary>The median latency.</summary>
    P50,

    /// <summary>The latency that 1% of the requests exceed.</summary>
    P99,

    /// <summary>Resident memory for each key.</summary>
    BytesPerKey,

    /// <summary>Cores that the server kept busy.</summary>
    Cores,
}

/// <summary>Reading a metric from a sample.</summary>
internal static class Metrics
{
    /// <summary>The metric's value in one sample.</summary>
    public static double Of(this Metric metric, Sample sample) => metric switch
    {
        Metric.Throughput => sample.Load.OpsPerSecond,
        Metric.Cpu => sample.CpuSecondsPerMillion,
        Metric.P50 => sample.Load.P50Ms,
        Metric.P99 => sample.Load.P99Ms,
        Metric.BytesPerKey => sample.BytesPerKey,
        Metric.Cores => sample.Cores,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, null),
    };

    /// <summary>The metric as a reader names it.</summary>
    public static string Label(this Metric metric) => metric switch
    {
        Metric.Throughput => "throughput",
        Metric.Cpu => "CPU",
        Metric.P50 => "p50",
        Metric.P99 => "p99",
        Metric.BytesPerKey => "bytes per key",
        Metric.Cores => "cores",
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, null),
    };
}
