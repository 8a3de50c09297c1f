using System.Globalization;

namespace DragonflyFlow.Perf.Report.Svg;

/// <summary>The values of one line.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Colour">The number of its colour.</param>
/// <param name="Sorted">Its values, the least first; at least one.</param>
internal sealed record EcdfSeries(string Name, int Colour, IReadOnlyList<double> Sorted)
{
    /// <summary>The value below which such a share of them lies.</summary>
    public double Quantile(double share) => Sorted[Math.Clamp((int)Math.Ceiling(share * Sorted.Count) - 1, 0, Sorted.Count - 1)];
}

/// <summary>Which share of times is below which time: a line for each series, time on a scale of powers of ten.</summary>
internal static class EcdfChart
{
    private const int Left = 58, Right = 24, Top = 92, PlotHeight = 300, Bottom = 48;
    private const int PointsMax = 400;

    /// <summary>Draws it. A mark is a time to be compared with, and its name.</summary>
    public static SvgDrawing Draw(string title, string unit, double leastMs, IReadOnlyList<EcdfSeries> series, IReadOnlyList<(double Ms, string Name)> marks)
    {
        SvgDrawing drawing = new(960, Top + PlotHeight + Bottom, title);
        Axis x = Axis.Log(leastMs, Math.Max(series.Max(line => line.Sorted[^1]), marks.Select(mark => mark.Ms).DefaultIfEmpty().Max()), Left, drawing.Width - Right);
        Axis y = new(0, 1, Top + PlotHeight, Top, IsLog: false);
        drawing.Text(Left, 22, title, "big");
        Legend(drawing, series);
        foreach (double share in new[] { 0, 0.25, 0.5, 0.75, 1 })
        {
            drawing.Line(Left, y.At(share), x.End, y.At(share));
            drawing.Text(Left - 8, y.At(share) + 4, share.ToString("0%", CultureInfo.InvariantCulture), "soft small", "end");
        }

        foreach (double mark in x.Marks())
        {
            drawing.Line(x.At(mark), Top, x.At(mark), y.Start);
            drawing.Text(x.At(mark), y.Start + 18, mark == leastMs ? $"\u2264 {Axis.TimeText(mark)}" : Axis.TimeText(mark), "soft small", "middle");
        }

        drawing.Line(Left, y.Start, x.End, y.Start, "axis");
        drawing.Text((Left + x.End) / 2, drawing.Height - 8, unit, "soft", "middle");
        drawing.Upright(16, Top + (PlotHeight / 2), "share of stops that had ended", "soft");
        foreach ((double ms, string name) in marks)
        {
            drawing.Line(x.At(ms), Top, x.At(ms), y.Start, "dash");
            drawing.Text(x.At(ms) - 6, y.At(0.06), name, "soft small", "end");
        }

        foreach (EcdfSeries line in series)
            drawing.Path(Points(line, x, y), $"l{line.Colour}", Words(line));
        return drawing;
    }

    private static void Legend(SvgDrawing drawing, IReadOnlyList<EcdfSeries> series)
    {
        for (int at = 0; at < series.Count; at++)
        {
            double baseline = 42 + (at * 16);
            drawing.Box(Left, baseline - 9, 18, 8, $"s{series[at].Colour}", round: 2);
            drawing.Text(Left + 26, baseline, Words(series[at]), "small");
        }
    }

    private static string Words(EcdfSeries line) => string.Create(
        CultureInfo.InvariantCulture,
        $"{line.Name}: {line.Sorted.Count:N0} stops, median {Axis.TimeText(line.Quantile(0.5))}, 99% within {Axis.TimeText(line.Quantile(0.99))}, longest {Axis.TimeText(line.Sorted[^1])}");

    // A staircase; of many steps as many as can be seen.
    private static List<(double X, double Y)> Points(EcdfSeries line, Axis x, Axis y)
    {
        List<(double X, double Y)> points = [(x.At(line.Sorted[0]), y.At(0))];
        int steps = Math.Min(PointsMax, line.Sorted.Count);
        for (int step = 1; step <= steps; step++)
        {
            double share = (double)step / steps;
            double at = x.At(line.Quantile(share));
            points.Add((at, points[^1].Y));
            points.Add((at, y.At(share)));
        }

        points.Add((x.End, y.At(1)));
        return points;
    }
}
