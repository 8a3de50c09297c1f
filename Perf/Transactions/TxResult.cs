using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.Transactions;

/// <summary>One measured run. A line of samples.csv. The counters are those of INFO transaction.</summary>
internal sealed record TxResult(TxCase Load, string Policy, int Round, double CommandsPerSecond, double CpuSecondsPerMillion)
{
    /// <summary>Transactions.</summary>
    public long Transactions { get; init; }

    /// <summary>Their hops.</summary>
    public long Hops { get; init; }

    /// <summary>Transactions scheduled again.</summary>
    public long Retries { get; init; }

    /// <summary>Runs ahead of one with a smaller id.</summary>
    public long OutOfOrder { get; init; }

    /// <summary>Lanes that waited for a key.</summary>
    public long ParkedLanes { get; init; }

    /// <summary>The first line of samples.csv.</summary>
    public static string CsvHeader { get; } = "multi_percent,keys_per_tx,skew_hundredths,policy,round,commands_per_second,cpu_s_per_million,transactions,hops,retries,out_of_order,parked_lanes";

    /// <summary>This result's line.</summary>
    public string ToCsv() => Csv.Join(
    [
        Csv.Number(Load.MultiPercent), Csv.Number(Load.KeysPerTransaction), Csv.Number(Load.SkewHundredths), Policy, Csv.Number(Round), Csv.Number(CommandsPerSecond),
        Csv.Number(CpuSecondsPerMillion), Csv.Number(Transactions), Csv.Number(Hops), Csv.Number(Retries), Csv.Number(OutOfOrder), Csv.Number(ParkedLanes),
    ]);
}
