using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Statistics;
using DragonflyFlow.Protocol.Client;

namespace DragonflyFlow.Perf.Migration;

/// <summary>One migration. A line of samples.csv; what was not there, or is not told, is empty.</summary>
internal sealed record MigrationSample(int Round, Scene Scene, string Server, Moved Moved, LatencyHistogram Writes, LatencyHistogram Oversleep)
{
    /// <summary>The first line of samples.csv.</summary>
    public static string CsvHeader { get; } =
        "round,scene,server,seconds,handed_over_seconds,paused_ms,write_p99_ms,write_max_ms,oversleep_max_ms,before_ops,before_p99_ms,during_ops,during_p99_ms,during_max_ms,redirections";

    /// <summary>The load before; null if there was none.</summary>
    public LoadResult? Before { get; init; }

    /// <summary>The load meanwhile.</summary>
    public LoadResult? During { get; init; }

    /// <summary>Redirections that the load followed.</summary>
    public long Redirections { get; init; }

    /// <summary>How many times the p99 of before.</summary>
    public double? P99Growth => During?.P99Ms / Before?.P99Ms;

    /// <summary>This sample's line.</summary>
    public string ToCsv() => Csv.Join(
    [
        Csv.Number(Round), Scene.Name(), Server, Csv.Number(Moved.Seconds), Optional(Moved.HandedOverSeconds), Optional(Moved.PausedMs), Csv.Number(Writes.PercentileMs(99)),
        Csv.Number(Writes.MaxMs()), Csv.Number(Oversleep.MaxMs()), Optional(Before?.OpsPerSecond), Optional(Before?.P99Ms), Optional(During?.OpsPerSecond), Optional(During?.P99Ms),
        Optional(During?.MaxMs), Csv.Number(Redirections),
    ]);

    private static string Optional(double? number) => number is { } known ? Csv.Number(known) : "";
}
