namespace DragonflyFlow.Perf.Report.Svg;

/// <summary>A bar made of parts, from left to right in the order of the chart's part names.</summary>
/// <param name="Name">What stands beside it.</param>
/// <param name="Parts">How long each part is.</param>
internal sealed record Bar(string Name, IReadOnlyList<double> Parts)
{
    /// <summary>Its whole length.</summary>
    public double Sum => Parts.Sum();
}

/// <summary>Bars of times, made of parts, under a legend of the parts.</summary>
internal static class BarChart
{
    private const int Left = 190, Right = 84, BarHeight = 17, BarPitch = 24, LegendPitch = 150;

    /// <summary>Draws it; parts that no bar has are left out.</summary>
    public static SvgDrawing Draw(string title, string unit, IReadOnlyList<string> partNames, IReadOnlyList<Bar> bars)
    {
        int[] parts = [.. Enumerable.Range(0, partNames.Count).Where(part => bars.Any(bar => bar.Parts[part] > 0))];
        const int perLine = 6;
        int legendLines = (parts.Length + perLine - 1) / perLine;
        int top = 40 + (legendLines * 18) + 12;
        SvgDrawing drawing = new(960, top + (bars.Count * BarPitch) + 44, title);
        Axis x = Axis.Linear(Math.Max(bars.Max(bar => bar.Sum), 0.001), Left, drawing.Width - Right);
        double bottom = top + (bars.Count * BarPitch);
        drawing.Text(16, 22, title, "big");
        for (int at = 0; at < parts.Length; at++)
        {
            double left = 16 + (at % perLine * LegendPitch), baseline = 46 + (at / perLine * 18);
            drawing.Box(left, baseline - 10, 12, 12, Colour(at), round: 2);
            drawing.Text(left + 18, baseline, partNames[parts[at]], "small");
        }

        foreach (double mark in x.Marks())
        {
            drawing.Line(x.At(mark), top - 4, x.At(mark), bottom);
            drawing.Text(x.At(mark), bottom + 16, Axis.TimeText(mark), "soft small", "middle");
        }

        for (int row = 0; row < bars.Count; row++)
            Draw(drawing, bars[row], parts, partNames, x, top + (row * BarPitch));
        drawing.Text((x.Start + x.End) / 2, drawing.Height - 6, unit, "soft", "middle");
        return drawing;
    }

    private static void Draw(SvgDrawing drawing, Bar bar, int[] parts, IReadOnlyList<string> partNames, Axis x, double y)
    {
        drawing.Text(Left - 10, y + 13, bar.Name, "small", "end");
        double passed = 0;
        for (int at = 0; at < parts.Length; at++)
        {
            double from = x.At(passed), length = bar.Parts[parts[at]];
            passed += length;
            if (length > 0)
                drawing.Box(from, y, x.At(passed) - from, BarHeight, Colour(at), $"{bar.Name}, {partNames[parts[at]]}: {Axis.TimeText(length)}");
        }

        drawing.Text(x.At(passed) + 6, y + 13, Axis.TimeText(bar.Sum), "small soft");
    }

    private static string Colour(int part) => $"p{part % SvgStyle.PartCount}";
}
