using System.Globalization;

namespace DragonflyFlow.Tests.Simulator.Runs;

/// <summary>Runs many seeds, prints what fails with the line that runs it again, and sums up.</summary>
internal sealed class SeedSweep(bool repeats, bool printsHashes)
{
    private readonly Dictionary<string, int> _endings = new(StringComparer.Ordinal);
    private long _steps;
    private int _bad;
    private int _unlike;
    private int _runs;

    /// <summary>Runs one scenario and tells about it.</summary>
    public int RunOne(Scenario scenario, TextWriter? told)
    {
        Console.WriteLine(scenario);
        RunResult result = SeedRun.Run(scenario, told: told);
        Print(result);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Ending} after {result.VirtualMs} ms and {result.Steps} steps, hash {result.TraceHash:x16}"));
        return result.IsGood ? CommandLine.Good : CommandLine.Bad;
    }

    /// <summary>Runs so many seeds.</summary>
    public int RunAll(ulong first, int count)
    {
        for (ulong seed = first; seed < first + (ulong)count; seed++)
        {
            RunResult result = SeedRun.Run(Scenario.Draw(seed));
            Count(result);
            if (repeats && SeedRun.Run(Scenario.Draw(seed)).TraceHash != result.TraceHash)
            {
                _unlike++;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed} did not replay"));
            }
        }

        string replayed = repeats ? string.Create(CultureInfo.InvariantCulture, $"{_runs - _unlike} of {_runs} seeds replayed to the same trace hash; ") : string.Empty;
        string endings = string.Join(", ", _endings.OrderBy(ending => ending.Key, StringComparer.Ordinal).Select(ending => $"{ending.Value} {ending.Key}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{replayed}{_runs - _bad} of {_runs} seeds good; {endings}; {_steps} steps"));
        return _bad + _unlike == 0 ? CommandLine.Good : CommandLine.Bad;
    }

    private void Count(RunResult result)
    {
        _runs++;
        _steps += result.Steps;
        _endings[result.Ending] = _endings.GetValueOrDefault(result.Ending) + 1;
        if (printsHashes)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Scenario.Seed} {result.TraceHash:x16}"));
        if (result.IsGood)
            return;
        _bad++;
        Print(result);
    }

    private static void Print(RunResult result)
    {
        foreach ((Wrong kind, string text) in result.Found.Take(10))
            Console.WriteLine($"{kind}: {text}");
        if (!result.IsGood)
            Console.WriteLine($"replay: {result.ReplayLine(control: null)}");
    }
}
