using System.Globalization;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.Compare;

/// <summary>One measured run: one server, one test, one pipeline depth, in one round. A line of samples.csv.</summary>
internal sealed record Sample(int Round, string Server, bool Pinned, string Test, int Pipeline, long Requests, LoadResult Load)
{
    /// <summary>Seconds of server CPU in user space.</summary>
    public required double UserSeconds { get; init; }

    /// <summary>Seconds of server CPU in the kernel.</summary>
    public required double SystemSeconds { get; init; }

    /// <summary>Resident bytes for each key of the prefilled keyspace, beyond the empty server.</summary>
    public required double BytesPerKey { get; init; }

    /// <summary>All CPU of the server.</summary>
    public double CpuSeconds => UserSeconds + SystemSeconds;

    /// <summary>Server CPU in seconds for a million operations, which is also microseconds for one.</summary>
    public double CpuSecondsPerMillion => CpuSeconds / Requests * 1e6;

    /// <summary>The first line of samples.csv. A new column is added at the end.</summary>
    public static string CsvHeader { get; } =
        "round,server,pinned,test,pipeline,requests,ops_per_second,p50_ms,p99_ms,max_ms,user_s,system_s,cpu_s_per_million,bytes_per_key";

    /// <summary>This sample's line.</summary>
    public string ToCsv() => Csv.Join(
    [
        Text(Round), Server, Pinned ? "1" : "0", Test, Text(Pipeline), Text(Requests), Text(Load.OpsPerSecond), Text(Load.P50Ms), Text(Load.P99Ms),
        Text(Load.MaxMs), Text(UserSeconds), Text(SystemSeconds), Text(CpuSecondsPerMillion), Text(BytesPerKey),
    ]);

    private static string Text(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);
}
