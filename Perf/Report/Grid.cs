using System.Text;

namespace DragonflyFlow.Perf.Report;

/// <summary>A table of text, for the terminal and for report.md alike.</summary>
internal sealed class Grid(string title, params IReadOnlyList<string> columns)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    /// <summary>What stands above it.</summary>
    public string Title { get; } = title;

    /// <summary>Headings.</summary>
    public IReadOnlyList<string> Columns { get; } = columns;

    /// <summary>Lines.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    /// <summary>Adds a line, of one cell for each heading.</summary>
    public void Add(params IReadOnlyList<string> cells)
    {
        if (cells.Count != Columns.Count)
            throw new ArgumentException($"{cells.Count} cells under {Columns.Count} headings.", nameof(cells));
        _rows.Add(cells);
    }

    /// <summary>The table in Markdown, its columns aligned so that it is readable as it stands.</summary>
    public string ToMarkdown()
    {
        int[] widths = [.. Columns.Select((heading, at) => _rows.Select(row => row[at].Length).Append(heading.Length).Max())];
        StringBuilder text = new();
        text.Append("## ").Append(Title).Append("\n\n");
        AppendLine(text, Columns, widths, ' ');
        AppendLine(text, [.. widths.Select(_ => "")], widths, '-');
        foreach (IReadOnlyList<string> row in _rows)
            AppendLine(text, row, widths, ' ');
        return text.ToString();
    }

    private static void AppendLine(StringBuilder text, IReadOnlyList<string> cells, int[] widths, char padding)
    {
        for (int at = 0; at < cells.Count; at++)
            text.Append("| ").Append(cells[at].Replace("|", "\\|", StringComparison.Ordinal).PadRight(widths[at], padding)).Append(' ');
        text.Append("|\n");
    }
}
