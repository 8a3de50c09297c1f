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

    /// <summary>Cores that the server kept busy on average: at one core, less than 1 means that it waited for its load.</summary>
    public double Cores => CpuSeconds * Load.OpsPerSecond / Requests;

    /// <summary>The first line of samples.csv. A new column is added at the end.</summary>
    public static string CsvHeader { get; } =
        "round,server,pinned,test,pipeline,requests,ops_per_second,p50_ms,p99_ms,max_ms,user_s,system_s,cpu_s_per_million,bytes_per_key,cores";

    /// <summary>This sample's line.</summary>
    public string ToCsv() => Csv.Join(
    [
        Csv.Number(Round), Server, Pinned ? "1" : "0", Test, Csv.Number(Pipeline), Csv.Number(Requests), Csv.Number(Load.OpsPerSecond), Csv.Number(Load.P50Ms), Csv.Number(Load.P99Ms),
        Csv.Number(Load.MaxMs), Csv.Number(UserSeconds), Csv.Number(SystemSeconds), Csv.Number(CpuSecondsPerMillion), Csv.Number(BytesPerKey), Csv.Number(Cores),
    ]);
}
