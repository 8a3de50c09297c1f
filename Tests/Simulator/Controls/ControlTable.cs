using System.Globalization;
using DragonflyFlow.Tests.Simulator.Runs;
using Spectre.Console;

namespace DragonflyFlow.Tests.Simulator.Controls;

/// <summary>Runs every control until an oracle reports it, and shows by which seed and which oracle: a harness that has never found anything proves nothing.</summary>
internal static class ControlTable
{
    private const int SeedsMax = 1200;
    private const int SeedsAfter = 20;

    /// <summary>Runs all; good if each was found, and the store as it is was not reported afterwards.</summary>
    public static int Run()
    {
        Table table = new Table().Border(TableBorder.Markdown).AddColumns("control", "what goes wrong", "seed", "reported as", "what the oracle said");
        table.Columns[0].NoWrap();
        int missed = 0;
        foreach (Control control in ControlList.All)
        {
            (ulong seed, RunResult? result) = Search(control);
            missed += result is null ? 1 : 0;
            table.AddRow([.. Row(control, seed, result).Select(cell => Markup.Escape(cell))]);
        }

        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 240);
        AnsiConsole.Write(table);
        int falseAlarms = Enumerable.Range(1, SeedsAfter).Count(seed => !SeedRun.Run(Scenario.Draw((ulong)seed)).IsGood);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ControlList.All.Count - missed} of {ControlList.All.Count} controls found; {SeedsAfter - falseAlarms} of {SeedsAfter} seeds good without one"));
        return missed + falseAlarms == 0 ? CommandLine.Good : CommandLine.Bad;
    }

    private static (ulong Seed, RunResult? Result) Search(Control control)
    {
        for (ulong seed = 1; seed <= SeedsMax; seed++)
        {
            Scenario scenario = Scenario.Draw(seed);
            if (control.NeedsNodes && scenario.Cluster is null)
                continue;
            RunResult result = SeedRun.Run(scenario, control);
            if (result.Found.Any(found => control.Expected.Contains(found.Kind)))
                return (seed, result);
        }

        return (0, null);
    }

    private static string[] Row(Control control, ulong seed, RunResult? result)
    {
        if (result is null)
            return [control.Name, control.Story, "-", "NOT FOUND", string.Empty];
        (Wrong kind, string text) = result.Found.First(found => control.Expected.Contains(found.Kind));
        return [control.Name, control.Story, seed.ToString(CultureInfo.InvariantCulture), kind.ToString(), text.Length > 90 ? text[..90] : text];
    }
}
