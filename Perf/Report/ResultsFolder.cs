using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DragonflyFlow.Perf.Host;

namespace DragonflyFlow.Perf.Report;

/// <summary>The folder of one run, results/UTC-NAME/ in the repository: what was run, where, what came out.</summary>
internal sealed class ResultsFolder
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;
    private readonly List<string> _report = [];

    /// <summary>Makes the folder, or takes the one that was asked for, and writes machine.json.</summary>
    public ResultsFolder(string name, TimeProvider time, string? asked = null)
    {
        string stamp = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        _path = Directory.CreateDirectory(asked ?? Path.Combine(Programs.RepositoryRoot(), "results", $"{stamp}-{name}")).FullName;
        Write("machine.json", JsonSerializer.Serialize(Machine.Describe(), Json));
    }

    /// <summary>The folder, as seen from the repository.</summary>
    public string RelativePath => Path.GetRelativePath(Programs.RepositoryRoot(), _path);

    /// <summary>What was asked and with what: run.json.</summary>
    public void WriteRun(object run) => Write("run.json", JsonSerializer.Serialize(run, Json));

    /// <summary>The raw lines: samples.csv, and the same in <paramref name="copy"/> if one is asked for.</summary>
    public void WriteSamples(string header, IEnumerable<string> lines, string? copy)
    {
        string text = string.Join('\n', lines.Prepend(header)) + "\n";
        Write("samples.csv", text);
        if (copy is not null)
            File.WriteAllText(copy, text);
    }

    /// <summary>Any other file.</summary>
    public void WriteFile(string file, string text) => Write(file, text);

    /// <summary>Shows a table, if it has lines, and keeps it for report.md.</summary>
    public void Show(Grid grid)
    {
        if (grid.Rows.Count == 0)
            return;
        Screen.Show(grid);
        _report.Add(grid.ToMarkdown());
    }

    /// <summary>Shows a remark and keeps it for report.md.</summary>
    public void Note(string text)
    {
        Screen.Line(text);
        _report.Add(text + "\n");
    }

    /// <summary>Writes report.md: all that was shown.</summary>
    public void WriteReport() => Write("report.md", string.Join('\n', _report));

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_path, file), text);
}
