using System.Globalization;
using DragonflyFlow.Perf.Report.Svg;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Tests.Simulator.Experiments;

namespace DragonflyFlow.Perf.Repro;

/// <summary>The drawings of <c>repro shutdown</c>, from its trials alone.</summary>
internal sealed class ShutdownFigures(ShutdownOptions options, ShutdownSummary summary)
{
    private const double LeastMs = 0.1;

    private static readonly string[] StageNames = [.. Enum.GetNames<Stage>().Select(Words)];
    private static readonly double StageDeadlineMs = new StopOptions().StageDeadline.TotalMilliseconds;

    /// <summary>Order and kind of streamer by sink and phase: the share of stops of which something is true.</summary>
    public SvgDrawing Matrix(string title, Predicate<TrialResult> isHit) => HeatMatrix.Draw(
        title, options.Orders, options.Kinds, [.. options.Sinks.Select(sink => $"sink {sink}")], options.Phases, (order, kind, sink, phase) =>
        {
            TrialResult[] of =
            [
                .. summary.Results.Where(result => result.Trial.Order == options.Orders[order] && result.Trial.Streamer == options.Kinds[kind]
                    && result.Trial.SinkName == options.Sinks[sink] && result.Trial.PhaseName == options.Phases[phase]),
            ];
            return new HeatCell(of.Count(result => isHit(result)), of.Length, TellCell(of));
        });

    /// <summary>How long stops took, by order.</summary>
    public SvgDrawing StopTimes() => EcdfChart.Draw(
        "How long a stop takes", "simulated time from the begin of the stop to its end", LeastMs,
        [.. options.Orders.Select((order, at) => new EcdfSeries(order, at, [.. summary.Results.Where(result => result.Trial.Order == order).Select(result => result.StopMs).Order()]))],
        [(StreamerSet.DrainLimit.TotalMilliseconds, "streams are cut here"), (StageDeadlineMs, "deadline of a stage")]);

    /// <summary>Where the time goes, for one order: the mean of each stage, by sink and phase.</summary>
    public SvgDrawing Stages(string order)
    {
        List<Bar> bars = [];
        foreach (string sink in options.Sinks)
        {
            foreach (string phase in options.Phases)
            {
                TrialResult[] of = [.. summary.Results.Where(result => result.Trial.Order == order && result.Trial.SinkName == sink && result.Trial.PhaseName == phase)];
                if (of.Length > 0)
                    bars.Add(new Bar($"{sink}, {phase}", [.. Enumerable.Range(0, StageNames.Length).Select(stage => of.Average(result => result.StageMs[stage]))]));
            }
        }

        return BarChart.Draw($"Where the time goes: {order}", "mean simulated time of each stage, in the order of the store", StageNames, bars);
    }

    private static string TellCell(TrialResult[] of)
    {
        IEnumerable<string> kinds = Violation.All.Where(violation => violation.TrialsIn(of) > 0).Select(violation => string.Create(CultureInfo.InvariantCulture, $"{violation.Name} in {violation.TrialsIn(of)}"));
        return string.Create(CultureInfo.InvariantCulture, $"{of.Length} stops: {string.Join(", ", kinds.DefaultIfEmpty("no violation"))}");
    }

    private static string Words(string stage) =>
        string.Concat(stage.Select((c, at) => char.IsUpper(c) && at > 0 ? $" {char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
