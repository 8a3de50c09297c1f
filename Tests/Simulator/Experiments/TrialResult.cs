using System.Globalization;
using DragonflyFlow.Pipeline.Flow;

namespace DragonflyFlow.Tests.Simulator.Experiments;

/// <summary>What came of one trial: a line of CSV.</summary>
/// <param name="Trial">What was tried.</param>
/// <param name="TraceHash">Two runs with the same are the same run.</param>
/// <param name="Outcome">The verdict of the stop, or "hung" if it did not come to an end.</param>
/// <param name="StopMs">Simulated milliseconds from the begin of the stop to its end.</param>
/// <param name="StageMs">The same of each stage, in the order of <see cref="Stage"/>; a stage without blocks took none.</param>
internal sealed record TrialResult(Trial Trial, ulong TraceHash, string Outcome, double StopMs, IReadOnlyList<double> StageMs)
{
    /// <summary>The outcome of a stop that did not end.</summary>
    public const string Hangs = "hung";

    private static readonly Stage[] Stages = Enum.GetValues<Stage>();

    /// <summary>Messages handled during the stop.</summary>
    public long Drained { get; init; }

    /// <summary>Messages refused during the stop.</summary>
    public long Refused { get; init; }

    /// <summary>Messages lost inside blocks, and parts whose receiver was gone.</summary>
    public long Abandoned { get; init; }

    /// <summary>Writes that clients had an answer to.</summary>
    public int Acknowledged { get; init; }

    /// <summary>Streams that came to their end mark.</summary>
    public int Whole { get; init; }

    /// <summary>Acknowledged writes that the store did not hold in the end.</summary>
    public int Lost { get; init; }

    /// <summary>Writes applied twice, or applied and refused.</summary>
    public int Doubled { get; init; }

    /// <summary>Uses of freed memory.</summary>
    public long Touches { get; init; }

    /// <summary>Streamers that used freed memory themselves: what dragonfly#4234 was.</summary>
    public int StreamerTouches { get; init; }

    /// <summary>1 if the stop did not end, or had to give a block up.</summary>
    public int Hung { get; init; }

    /// <summary>Kinds of things that were left after the stop.</summary>
    public int Leaked { get; init; }

    /// <summary>Streams that looked whole to their receivers and were not.</summary>
    public int Torn { get; init; }

    /// <summary>Blocks and parts of the world that faulted, tasks that failed unobserved.</summary>
    public int Faulted { get; init; }

    /// <summary>Whether nothing was wrong.</summary>
    public bool IsGood => Lost + Doubled + Touches + Hung + Leaked + Torn + Faulted == 0;

    /// <summary>The names of the columns.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "order", "streamer", "streamers", "sink", "phase", "seed", "outcome", "stop_ms", .. Stages.Select(ColumnOf), "drained", "refused", "abandoned",
        "acknowledged", "whole", "lost", "doubled", "touches", "streamer_touches", "hung", "leaked", "torn", "faulted", "trace",
    ];

    /// <summary>The line.</summary>
    public string ToCsv() => string.Join(',',
    [
        Trial.Order, Trial.Streamer, Text(Trial.Streamers), Trial.SinkName, Trial.PhaseName, Text(Trial.Seed), Outcome, Text(StopMs), .. StageMs.Select(Text),
        Text(Drained), Text(Refused), Text(Abandoned), Text(Acknowledged), Text(Whole), Text(Lost), Text(Doubled), Text(Touches), Text(StreamerTouches), Text(Hung),
        Text(Leaked), Text(Torn), Text(Faulted), TraceHash.ToString("x16", CultureInfo.InvariantCulture),
    ]);

    /// <summary>Reads a line of <see cref="ToCsv"/>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static TrialResult Parse(string line)
    {
        string[] cells = line.Split(',');
        if (cells.Length != Columns.Count)
            throw new FormatException($"A trial has {Columns.Count} columns, not {cells.Length}: {line}");
        int after = 8 + Stages.Length;
        return new TrialResult(
            Trial.Parse(string.Join('/', cells[..6])),
            ulong.Parse(cells[^1], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            cells[6],
            Number(cells[7]),
            [.. cells[8..after].Select(Number)])
        {
            Drained = (long)Number(cells[after]),
            Refused = (long)Number(cells[after + 1]),
            Abandoned = (long)Number(cells[after + 2]),
            Acknowledged = (int)Number(cells[after + 3]),
            Whole = (int)Number(cells[after + 4]),
            Lost = (int)Number(cells[after + 5]),
            Doubled = (int)Number(cells[after + 6]),
            Touches = (long)Number(cells[after + 7]),
            StreamerTouches = (int)Number(cells[after + 8]),
            Hung = (int)Number(cells[after + 9]),
            Leaked = (int)Number(cells[after + 10]),
            Torn = (int)Number(cells[after + 11]),
            Faulted = (int)Number(cells[after + 12]),
        };
    }

    private static string ColumnOf(Stage stage) =>
        string.Concat(stage.ToString().Select((c, at) => char.IsUpper(c) && at > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}")) + "_ms";

    private static string Text(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
