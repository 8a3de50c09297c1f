using System.Globalization;

namespace DragonflyFlow.Perf.Report.Svg;

/// <summary>One line: its name, the number of its colour, and its points, from left to right.</summary>
internal sealed record CurveSeries(string Name, int Colour, IReadOnlyList<(double X, double Y)> Points);

/// <summary>How a figure goes with another: a line with dots for each series, both scales from 0.</summary>
internal static class CurveChart
{
    private const int Left = 66, Right = 24, Top = 92, PlotHeight = 300, Bottom = 48;
    private const double DotRadius = 3;

    /// <summary>Draws it.</summary>
    public static SvgDrawing Draw(string title, string across, string upwards, IReadOnlyList<CurveSeries> series)
    {
        SvgDrawing drawing = new(960, Top + PlotHeight + Bottom, title);
        Axis x = Axis.Linear(series.Max(line => line.Points.Max(point => point.X)), Left, drawing.Width - Right);
        Axis y = Axis.Linear(series.Max(line => line.Points.Max(point => point.Y)), Top + PlotHeight, Top);
        drawing.Text(Left, 22, title, "big");
        foreach (double mark in y.Marks())
        {
            drawing.Line(Left, y.At(mark), x.End, y.At(mark));
            drawing.Text(Left - 8, y.At(mark) + 4, mark.ToString("#,0.##", CultureInfo.InvariantCulture), "soft small", "end");
        }

        foreach (double mark in x.Marks())
            drawing.Text(x.At(mark), y.Start + 18, mark.ToString("0.##", CultureInfo.InvariantCulture), "soft small", "middle");
        drawing.Line(Left, y.Start, x.End, y.Start, "axis");
        drawing.Text((Left + x.End) / 2, drawing.Height - 8, across, "soft", "middle");
        drawing.Upright(16, Top + (PlotHeight / 2), upwards, "soft");
        for (int at = 0; at < series.Count; at++)
            DrawSeries(drawing, series[at], x, y, legend: 42 + (at * 16));
        return drawing;
    }

    private static void DrawSeries(SvgDrawing drawing, CurveSeries line, Axis x, Axis y, double legend)
    {
        string looks = line.Colour.ToString(CultureInfo.InvariantCulture);
        drawing.Box(Left, legend - 9, 18, 8, "s" + looks, round: 2);
        drawing.Text(Left + 26, legend, line.Name, "small");
        drawing.Path(line.Points.Select(point => (x.At(point.X), y.At(point.Y))), "l" + looks, line.Name);
        foreach ((double across, double upwards) in line.Points)
            drawing.Disc(x.At(across), y.At(upwards), DotRadius, "s" + looks);
    }
}
