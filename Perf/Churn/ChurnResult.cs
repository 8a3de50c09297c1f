using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.Churn;

/// <summary>How one server bore the churn. A line of samples.csv; what a server does not tell is empty.</summary>
internal sealed record ChurnResult(string Server, LoadResult Load, PingProbe Probe)
{
    /// <summary>The longest pause for garbage collection, as the server tells it.</summary>
    public double? GcPauseMsMax { get; init; }

    /// <summary>The share of time spent in such pauses, 0 to 1, as the server tells it.</summary>
    public double? GcPauseShare { get; init; }

    /// <summary>Server CPU for a million requests.</summary>
    public double CpuSecondsPerMillion { get; init; }

    /// <summary>Resident memory at the end divided by that after filling.</summary>
    public double MemoryGrowth { get; init; }

    /// <summary>The first line of samples.csv.</summary>
    public static string CsvHeader { get; } =
        "server,ops_per_second,load_p99_ms,ping_p99_ms,ping_p999_ms,ping_max_ms,ping_served_max_ms,core_stop_max_ms,gc_pause_ms_max,gc_pause_share,cpu_s_per_million,memory_growth";

    /// <summary>This result's line.</summary>
    public string ToCsv() => Csv.Join(
    [
        Server, Csv.Number(Load.OpsPerSecond), Csv.Number(Load.P99Ms), Csv.Number(Probe.Answers.PercentileMs(99)), Csv.Number(Probe.Answers.PercentileMs(99.9)),
        Csv.Number(Probe.Answers.MaxMs()), Csv.Number(Probe.Served.MaxMs()), Csv.Number(Probe.StopMsMax), Optional(GcPauseMsMax), Optional(GcPauseShare), Csv.Number(CpuSecondsPerMillion),
        Csv.Number(MemoryGrowth),
    ]);

    private static string Optional(double? number) => number is { } known ? Csv.Number(known) : "";
}
