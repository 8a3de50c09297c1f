using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Statistics;
using DragonflyFlow.Protocol.Client;

namespace DragonflyFlow.Perf.Snapshots;

/// <summary>One snapshot under load, and the same load just before it. A line of samples.csv; what a server does not tell is empty.</summary>
internal sealed record SnapshotSample(int Round, string Server, int Pipeline, LoadResult Before, LoadResult During)
{
    /// <summary>The first line of samples.csv.</summary>
    public static string CsvHeader { get; } =
        "round,server,pipeline,before_ops,before_p99_ms,during_ops,during_p99_ms,seconds,ping_before_max_ms,ping_max_ms,ping_served_max_ms,core_stop_max_ms,cut_ms,rss_before,rss_peak,own_growth,file_bytes,first_ops,first_seconds";

    /// <summary>The snapshot that was made before it, if one was.</summary>
    public FirstSnapshot? First { get; init; }

    /// <summary>From BGSAVE to its end as INFO or LASTSAVE tell it.</summary>
    public required double Seconds { get; init; }

    /// <summary>Answers to PINGs about a millisecond apart before, and during.</summary>
    public required LatencyHistogram PingBefore { get; init; }

    /// <summary>The same while the snapshot was made.</summary>
    public required LatencyHistogram Ping { get; init; }

    /// <summary>The same without the times in which a core ran nobody: the hypervisor had stopped it, or the kernel held it.</summary>
    public required LatencyHistogram PingServed { get; init; }

    /// <summary>The longest of those times, in milliseconds.</summary>
    public required double CoreStopMs { get; init; }

    /// <summary>How long the fork took, or with us the cut, as the server tells it.</summary>
    public double? CutMs { get; init; }

    /// <summary>Resident bytes before.</summary>
    public required long ResidentBefore { get; init; }

    /// <summary>The most resident bytes while it was made, children included.</summary>
    public required long ResidentPeak { get; init; }

    /// <summary>Bytes that it took beside the data, by the server's own account, divided by the memory used before.</summary>
    public double? OwnGrowth { get; init; }

    /// <summary>Bytes of what was written.</summary>
    public required long FileBytes { get; init; }

    /// <summary>The share of the throughput that was left.</summary>
    public double Kept => During.OpsPerSecond / Before.OpsPerSecond;

    /// <summary>The share that the snapshot before it left, if one was made and the server counts its commands.</summary>
    public double? FirstKept => First?.OpsPerSecond / Before.OpsPerSecond;

    /// <summary>How many times the p99 of before.</summary>
    public double P99Growth => During.P99Ms / Before.P99Ms;

    /// <summary>Peak memory over memory before.</summary>
    public double ResidentGrowth => (double)ResidentPeak / ResidentBefore;

    /// <summary>This sample's line.</summary>
    public string ToCsv() => Csv.Join(
    [
        Csv.Number(Round), Server, Csv.Number(Pipeline), Csv.Number(Before.OpsPerSecond), Csv.Number(Before.P99Ms), Csv.Number(During.OpsPerSecond),
        Csv.Number(During.P99Ms), Csv.Number(Seconds), Csv.Number(PingBefore.MaxMs()), Csv.Number(Ping.MaxMs()), Csv.Number(PingServed.MaxMs()), Csv.Number(CoreStopMs),
        Optional(CutMs), Csv.Number(ResidentBefore), Csv.Number(ResidentPeak), Optional(OwnGrowth), Csv.Number(FileBytes), Optional(First?.OpsPerSecond), Optional(First?.Seconds),
    ]);

    private static string Optional(double? number) => number is { } known ? Csv.Number(known) : "";
}

/// <summary>The start of a server that finds its own snapshot.</summary>
/// <param name="Round">The round.</param>
/// <param name="Server">The server.</param>
/// <param name="Seconds">From its first answer of any kind to its first PONG: the load itself.</param>
/// <param name="StartSeconds">From the start of the process to the first PONG.</param>
internal sealed record LoadSample(int Round, string Server, double Seconds, double StartSeconds);
