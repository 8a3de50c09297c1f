using System.CommandLine;
using DragonflyFlow.Tests.Simulator.Controls;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Experiments;

/// <summary>The verb <c>trials</c>: runs trials of stops and prints one line of CSV for each. Perf's <c>repro shutdown</c> reads them.</summary>
internal static class TrialsCommand
{
    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        Option<string> trial = new("--trial") { Description = "Run this one alone, such as upstream-first/leased/16/stalled/walk/7." };
        Option<bool> trace = new("--trace") { Description = "Tell every event of it." };
        Option<string> orders = Names("--orders", "Orders of the stop.", StopOrders.All.Select(order => order.Name));
        Option<string> kinds = Names("--streamer", "Kinds of streamers.", StreamerKind.All.Select(kind => kind.Name));
        Option<string> streamers = Names("--streamers", "Numbers of streamers.", ["0", "1", "4", "16", "64"]);
        Option<string> sinks = Names("--sinks", "Sinks.", Trial.SinkNames);
        Option<string> phases = Names("--phases", "Moments of the stop.", Trial.PhaseNames);
        Option<int> first = new("--first-seed") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
        Option<int> seeds = new("--seeds") { Description = "Seeds of each combination.", DefaultValueFactory = _ => 1 };
        Option<int> part = new("--part") { Description = "Run every so many-th trial: this one of --parts." };
        Option<int> parts = new("--parts") { Description = "Into how many parts the trials are divided.", DefaultValueFactory = _ => 1 };
        Command command = new("trials", "Stops stores in simulated worlds, in right and wrong orders, and prints a line of CSV for each.")
        {
            trial, trace, orders, kinds, streamers, sinks, phases, first, seeds, part, parts,
        };
        command.SetAction(parsed =>
        {
            if (!WorldPump.IsAlone)
                return CommandLine.NotAlone();
            if (parsed.GetValue(trial) is { } name)
                return RunOne(Trial.Parse(name), parsed.GetValue(trace));
            TrialGrid grid = new(
                Split(parsed.GetRequiredValue(orders)), Split(parsed.GetRequiredValue(kinds)), [.. Split(parsed.GetRequiredValue(streamers)).Select(int.Parse)],
                Split(parsed.GetRequiredValue(sinks)), Split(parsed.GetRequiredValue(phases)), parsed.GetValue(first), parsed.GetValue(seeds));
            return RunAll(grid.Part(parsed.GetValue(part), parsed.GetValue(parts)));
        });
        return command;
    }

    private static int RunOne(Trial trial, bool isTold)
    {
        TrialResult result = TrialRun.Run(trial, isTold ? Console.Out : null);
        foreach ((string column, string value) in TrialResult.Columns.Zip(result.ToCsv().Split(',')))
            Console.WriteLine($"{column,20} {value}");
        return result.IsGood ? CommandLine.Good : CommandLine.Bad;
    }

    // Whether the results are as they should be is said by who asked for them.
    private static int RunAll(IEnumerable<Trial> trials)
    {
        Console.WriteLine(string.Join(',', TrialResult.Columns));
        foreach (Trial trial in trials)
            Console.WriteLine(TrialRun.Run(trial).ToCsv());
        return CommandLine.Good;
    }

    private static Option<string> Names(string name, string description, IEnumerable<string> usual)
    {
        string all = string.Join(',', usual);
        return new Option<string>(name) { Description = $"{description} Some of {all}.", DefaultValueFactory = _ => all };
    }

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
