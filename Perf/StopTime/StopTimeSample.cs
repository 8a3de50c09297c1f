using System.Globalization;
using System.Text.RegularExpressions;
using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Perf.StopTime;

/// <summary>One stop of one server: from the signal to the end of its process. A line of samples.csv.</summary>
/// <param name="Round">The round.</param>
/// <param name="Server">Which server.</param>
/// <param name="Keys">Keys it held.</param>
/// <param name="ValueBytes">Bytes of a value.</param>
/// <param name="ResidentBytes">Its resident memory before the stop.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="ExitCode">How the process ended.</param>
/// <param name="Stages">Of ourselves: the stages with their milliseconds, as the log tells them.</param>
internal sealed partial record StopTimeSample(
    int Round, string Server, int Keys, int ValueBytes, long ResidentBytes, double Seconds, int ExitCode, IReadOnlyList<(string Stage, double Ms)> Stages)
{
    /// <summary>The first line of samples.csv.</summary>
    public static string CsvHeader { get; } = "round,server,keys,value_bytes,rss_bytes,stop_s,exit_code,stages";

    /// <summary>The stages in the log lines of a stop.</summary>
    public static IReadOnlyList<(string Stage, double Ms)> StagesIn(IEnumerable<string> lines) =>
    [
        .. lines.Select(line => StageLine().Match(line)).Where(match => match.Success)
            .Select(match => (match.Groups["stage"].Value, double.Parse(match.Groups["ms"].Value, CultureInfo.InvariantCulture))),
    ];

    /// <summary>This sample's line.</summary>
    public string ToCsv() => Csv.Join(
    [
        Csv.Number(Round), Server, Csv.Number(Keys), Csv.Number(ValueBytes), Csv.Number(ResidentBytes), Csv.Number(Seconds), Csv.Number(ExitCode),
        string.Join(' ', Stages.Select(stage => string.Create(CultureInfo.InvariantCulture, $"{stage.Stage}={stage.Ms}ms"))),
    ]);

    [GeneratedRegex(@"stage (?<stage>\w+) stopped in (?<ms>[0-9.]+) ms")]
    private static partial Regex StageLine();
}
