using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.Memory;

/// <summary>The memory of one server before and after it was filled. A line of samples.csv.</summary>
internal sealed record MemorySample(int Round, string Server, int Keys, int ValueBytes, long EmptyBytes, long FilledBytes, double FillSeconds)
{
    /// <summary>The first line of samples.csv.</summary>
    public static string CsvHeader { get; } = "round,server,keys,value_bytes,empty_rss_bytes,filled_rss_bytes,bytes_per_key,fill_s";

    /// <summary>Growth of resident memory for each key.</summary>
    public double BytesPerKey => (double)(FilledBytes - EmptyBytes) / Keys;

    /// <summary>This sample's line.</summary>
    public string ToCsv() => Csv.Join(
    [
        Csv.Number(Round), Server, Csv.Number(Keys), Csv.Number(ValueBytes), Csv.Number(EmptyBytes), Csv.Number(FilledBytes), Csv.Number(BytesPerKey),
        Csv.Number(FillSeconds),
    ]);
}
