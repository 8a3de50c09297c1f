using System.Globalization;
using DragonflyFlow.Perf.Statistics;
using DragonflyFlow.Tests.Simulator.Experiments;

namespace DragonflyFlow.Perf.Repro;

/// <summary>Trials with where they come from, as samples.csv has them: drawings are made from these lines alone, also from those of earlier runs.</summary>
/// <param name="Commit">The commit that was tried.</param>
/// <param name="Machine">The machine.</param>
/// <param name="Results">The trials, by name.</param>
internal sealed record TrialRows(string Commit, string Machine, IReadOnlyList<TrialResult> Results)
{
    private const int OwnColumns = 2;

    /// <summary>The first line of samples.csv.</summary>
    public static string Header { get; } = Csv.Join(["commit", "machine", .. TrialResult.Columns]);

    /// <summary>The lines below it.</summary>
    public IEnumerable<string> Lines()
    {
        string prefix = Csv.Join([Commit, Machine]);
        return Results.Select(result => $"{prefix},{result.ToCsv()}");
    }

    /// <summary>The rows of a run on this machine.</summary>
    public static TrialRows Here(IReadOnlyList<TrialResult> results, IReadOnlyDictionary<string, string> machine) => new(
        machine["commit"] + (machine["uncommitted_changes"] == "yes" ? " with changes" : string.Empty),
        string.Create(CultureInfo.InvariantCulture, $"{machine["cpu"]}, {machine["cores"]} cores, .NET {machine["dotnet"]}"),
        results);

    /// <summary>The rows of earlier runs, put together.</summary>
    /// <exception cref="InvalidOperationException">A file is none of these, or a trial is there twice: runs that are put together must have seeds of their own.</exception>
    public static TrialRows Read(IReadOnlyList<string> files)
    {
        List<string[]> lines = [.. files.SelectMany(LinesOf)];
        List<TrialResult> results = [.. lines.Select(cells => TrialResult.Parse(string.Join(',', cells[OwnColumns..]))).OrderBy(result => result.Trial.Name, StringComparer.Ordinal)];
        for (int at = 1; at < results.Count; at++)
        {
            if (results[at].Trial == results[at - 1].Trial)
                throw new InvalidOperationException($"The trial {results[at].Trial.Name} is there twice.");
        }

        return new TrialRows(Distinct(lines, 0), Distinct(lines, 1), results);
    }

    private static IEnumerable<string[]> LinesOf(string file)
    {
        string[] lines = File.ReadAllLines(file);
        if (lines.Length < 2 || lines[0] != Header)
            throw new InvalidOperationException($"{file} holds no trials of this version.");
        return lines.Skip(1).Select(line => Csv.Split(line).ToArray());
    }

    private static string Distinct(List<string[]> lines, int column) => string.Join("; ", lines.Select(cells => cells[column]).Distinct());
}
