using System.Globalization;
using DragonflyFlow.Tests.Simulator.Controls;
using DragonflyFlow.Tests.Simulator.Nodes;
using Spectre.Console;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>Runs many seeds, prints what fails with the line that runs it again, and sums up.</summary>
internal sealed class SeedSweep(Control control, bool repeats, bool printsHashes, bool shrinks)
{
    private readonly Dictionary<string, int> _endings = new(StringComparer.Ordinal);
    private SnapshotCounts _snapshots = SnapshotCounts.None;
    private MoveCounts _moves = MoveCounts.None;
    private long _steps;
    private int _bad;
    private int _unlike;
    private int _runs;

    /// <summary>Runs one scenario and tells about it.</summary>
    public int RunOne(Scenario scenario, TextWriter? told)
    {
        Console.WriteLine(scenario);
        RunResult result = SeedRun.Run(scenario, control, told);
        Print(result);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Ending} after {result.VirtualMs} ms and {result.Steps} steps, hash {result.TraceHash:x16}"));
        return result.IsGood ? CommandLine.Good : CommandLine.Bad;
    }

    /// <summary>Runs so many seeds; on a terminal with a bar that shows how far it is.</summary>
    public int RunAll(ulong first, int count)
    {
        if (Console.IsOutputRedirected)
            RunSeeds(first, count, () => { });
        else
            // Refreshed between runs and by this thread alone: the pool belongs to the world.
            AnsiConsole.Progress().AutoRefresh(false).Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn()).Start(bar =>
            {
                ProgressTask task = bar.AddTask("seeds", maxValue: count);
                RunSeeds(first, count, () =>
                {
                    task.Increment(1);
                    task.Description = string.Create(CultureInfo.InvariantCulture, $"{_runs} seeds, {_bad} bad");
                    bar.Refresh();
                });
            });

        string replayed = repeats ? string.Create(CultureInfo.InvariantCulture, $"{_runs - _unlike} of {_runs} seeds replayed to the same trace hash; ") : string.Empty;
        string endings = string.Join(", ", _endings.OrderBy(ending => ending.Key, StringComparer.Ordinal).Select(ending => $"{ending.Value} {ending.Key}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{replayed}{_runs - _bad} of {_runs} seeds good; {endings}; {_steps} steps"));
        Console.WriteLine(_snapshots);
        Console.WriteLine(_moves);
        return _bad + _unlike == 0 ? CommandLine.Good : CommandLine.Bad;
    }

    private void RunSeeds(ulong first, int count, Action done)
    {
        for (ulong seed = first; seed < first + (ulong)count; seed++)
        {
            RunResult result = SeedRun.Run(Scenario.Draw(seed), control);
            Count(result);
            if (repeats && SeedRun.Run(Scenario.Draw(seed), control).TraceHash != result.TraceHash)
            {
                _unlike++;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed} did not replay"));
            }

            done();
        }
    }

    private void Count(RunResult result)
    {
        _runs++;
        _steps += result.Steps;
        _snapshots += result.Snapshots;
        _moves += result.Moves;
        _endings[result.Ending] = _endings.GetValueOrDefault(result.Ending) + 1;
        if (printsHashes)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Scenario.Seed} {result.TraceHash:x16}"));
        if (result.IsGood)
            return;
        _bad++;
        Print(result);
    }

    private void Print(RunResult result)
    {
        if (result.IsGood)
            return;
        RunResult smallest = shrinks ? Shrinker.Shrink(result, control) : result;
        if (shrinks)
            Console.WriteLine($"shrunk to: {smallest.Scenario}");
        foreach ((Wrong kind, string text) in smallest.Found.Take(10))
            Console.WriteLine($"{kind}: {text}");
        Console.WriteLine($"replay: {smallest.ReplayLine(control == Control.None ? null : control.Name)}");
    }
}
