using System.Globalization;

namespace DragonflyFlow.Perf.Report.Svg;

/// <summary>A cell of a matrix: in how many trials something happened.</summary>
/// <param name="Hits">In so many.</param>
/// <param name="Trials">Of so many.</param>
/// <param name="Told">What is shown when one points at it.</param>
internal sealed record HeatCell(int Hits, int Trials, string Told)
{
    /// <summary>The share.</summary>
    public double Share => Trials == 0 ? 0 : (double)Hits / Trials;

    /// <summary>0 for none, else one of five steps.</summary>
    public int Step => Hits == 0 ? 0 : Share switch { <= 0.1 => 1, <= 0.3 => 2, <= 0.6 => 3, <= 0.9 => 4, _ => SvgStyle.HeatSteps };

    /// <summary>The share in a few letters: "0", "&lt;1%", "37%".</summary>
    public string Text => Hits == 0 ? "0" : Share < 0.01 ? "<1%" : Share is > 0.99 and < 1 ? ">99%" : Share.ToString("0%", CultureInfo.InvariantCulture);
}

/// <summary>A matrix whose columns and rows come in groups, its cells coloured by their share.</summary>
internal static class HeatMatrix
{
    private const int Left = 186, Top = 84, CellHeight = 34, GroupGap = 8;

    /// <summary>Draws it. <paramref name="cell"/> gives the cell of a row group, row, column group and column.</summary>
    public static SvgDrawing Draw(
        string title, IReadOnlyList<string> rowGroups, IReadOnlyList<string> rows, IReadOnlyList<string> columnGroups, IReadOnlyList<string> columns, Func<int, int, int, int, HeatCell> cell)
    {
        SvgDrawing drawing = new(960, Top + (rowGroups.Count * ((rows.Count * CellHeight) + GroupGap)) + 36, title);
        double groupWidth = (drawing.Width - Left - 8.0) / columnGroups.Count, cellWidth = (groupWidth - GroupGap) / columns.Count;
        drawing.Text(16, 22, title, "big");
        for (int group = 0; group < columnGroups.Count; group++)
        {
            double left = Left + (group * groupWidth);
            drawing.Text(left + ((groupWidth - GroupGap) / 2), 52, columnGroups[group], "strong", "middle");
            for (int column = 0; column < columns.Count; column++)
                drawing.Text(left + ((column + 0.5) * cellWidth), 72, columns[column], "soft small", "middle");
        }

        for (int rowGroup = 0; rowGroup < rowGroups.Count; rowGroup++)
        {
            double top = Top + (rowGroup * ((rows.Count * CellHeight) + GroupGap));
            drawing.Text(16, top + (CellHeight * rows.Count / 2.0) + 4, rowGroups[rowGroup], "strong");
            for (int row = 0; row < rows.Count; row++)
            {
                drawing.Text(Left - 10, top + (row * CellHeight) + 21, rows[row], "soft small", "end");
                for (int at = 0; at < columnGroups.Count * columns.Count; at++)
                {
                    int group = at / columns.Count, column = at % columns.Count;
                    Draw(drawing, cell(rowGroup, row, group, column), Left + (group * groupWidth) + (column * cellWidth), top + (row * CellHeight), cellWidth);
                }
            }
        }

        Legend(drawing);
        return drawing;
    }

    private static void Draw(SvgDrawing drawing, HeatCell cell, double x, double y, double width)
    {
        drawing.Box(x + 1, y + 1, width - 2, CellHeight - 2, $"h{cell.Step}", cell.Told, round: 4);
        drawing.Text(x + (width / 2), y + 21, cell.Text, cell.Step >= 4 ? "light strong" : "dark", "middle");
    }

    private static void Legend(SvgDrawing drawing)
    {
        string[] names = ["none", "up to 10%", "30%", "60%", "90%", "more"];
        for (int step = 0; step < names.Length; step++)
        {
            double left = Left + (step * 100);
            drawing.Box(left, drawing.Height - 24, 14, 14, $"h{step}", round: 3);
            drawing.Text(left + 20, drawing.Height - 13, names[step], "soft small");
        }
    }
}
