using System.CommandLine;
using DragonflyFlow.Tests.Simulator.Controls;
using DragonflyFlow.Tests.Simulator.Experiments;
using DragonflyFlow.Tests.Simulator.Runs;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator;

/// <summary>The command line. Everything runs on the main thread and the one worker of the pool, so nothing here is asynchronous.</summary>
internal static class CommandLine
{
    /// <summary>All runs were good.</summary>
    public const int Good = 0;

    /// <summary>A run was bad.</summary>
    public const int Bad = 1;

    /// <summary>Nothing can be said: no pass.</summary>
    public const int Inconclusive = 2;

    public static int Run(string[] args)
    {
        Option<ulong?> seed = new("--seed") { Description = "Run this seed alone, and tell what happens with --trace." };
        Option<int> seeds = new("--seeds") { Description = "How many seeds to run.", DefaultValueFactory = _ => 200 };
        Option<ulong> first = new("--first-seed") { Description = "The first of them.", DefaultValueFactory = _ => 1 };
        Option<string> only = new("--only") { Description = "What is left of the seed's scenario, such as \"counters=1x5 faults=0,2\"." };
        Option<bool> trace = new("--trace") { Description = "Tell every event of the run." };
        Option<bool> repeat = new("--repeat") { Description = "Run each seed twice and compare the hashes of the traces." };
        Option<bool> hashes = new("--hashes") { Description = "Print seed and hash of each run, to be compared with another process." };
        Option<bool> shrink = new("--shrink") { Description = "Make a run that fails smaller, as long as it fails in the same way." };
        Option<string> control = new("--control") { Description = "Put this fault in on purpose: " + string.Join(", ", ControlList.All.Select(one => one.Name)) + "." };
        Option<bool> controls = new("--controls") { Description = "Run all faults that are put in on purpose, and show which seed and which oracle finds each." };
        RootCommand root = new("Runs the store in a simulated world: seeds decide what happens, oracles whether it was right, and a seed replays.")
        {
            seed, seeds, first, only, trace, repeat, hashes, shrink, control, controls, TrialsCommand.Create(),
        };
        root.SetAction(parsed =>
        {
            if (!WorldPump.IsAlone)
                return NotAlone();
            if (parsed.GetValue(controls))
                return ControlTable.Run();
            if (ControlList.Find(parsed.GetValue(control) ?? Control.None.Name) is not { } put)
            {
                Console.Error.WriteLine($"There is no control '{parsed.GetValue(control)}'.");
                return Inconclusive;
            }

            SeedSweep sweep = new(put, parsed.GetValue(repeat), parsed.GetValue(hashes), parsed.GetValue(shrink));
            return parsed.GetValue(seed) is { } one
                ? sweep.RunOne(Scenario.Draw(one, parsed.GetValue(only)), parsed.GetValue(trace) ? Console.Out : null)
                : sweep.RunAll(parsed.GetValue(first), parsed.GetValue(seeds));
        });
        return root.Parse(args).Invoke();
    }

    /// <summary>Says that seeds would not replay.</summary>
    public static int NotAlone()
    {
        Console.Error.WriteLine("The thread pool has more than one worker: seeds would not replay. Run the built simulator with its own runtimeconfig.");
        return Inconclusive;
    }
}
