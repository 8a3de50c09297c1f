using System.Diagnostics;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Tests.Simulator.Experiments;

namespace DragonflyFlow.Perf.Repro;

/// <summary>
/// Runs a grid of trials in processes of the simulator, which has a thread pool of one worker and so cannot live in this process; each runs its share and prints
/// one line for each trial.
/// </summary>
internal sealed class TrialSweep(TrialGrid grid, int jobs, IProgressSink progress)
{
    private const string Simulator = "DragonflyFlow.Tests.Simulator.dll";
    private const int Announcements = 20;

    private readonly Lock _lock = new();
    private readonly List<TrialResult> _results = [];
    private int _announced;

    /// <summary>Runs all trials; their results in the order of their names.</summary>
    /// <exception cref="InvalidOperationException">The simulator failed.</exception>
    public async Task<IReadOnlyList<TrialResult>> RunAsync(CancellationToken cancellation)
    {
        progress.Announce(Announcements);
        await Task.WhenAll(Enumerable.Range(0, jobs).Select(part => RunPartAsync(part, cancellation)));
        if (_results.Count != grid.Count)
            throw new InvalidOperationException($"{_results.Count} of {grid.Count} trials have a result.");
        return [.. _results.OrderBy(result => result.Trial.Name, StringComparer.Ordinal)];
    }

    private async Task RunPartAsync(int part, CancellationToken cancellation)
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, Simulator), "trials", .. grid.ToArguments(), "--part", $"{part}", "--parts", $"{jobs}"];
        ProcessStartInfo start = new("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
            bool isHeader = true;
            while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
            {
                if (!isHeader)
                    Add(TrialResult.Parse(line));
                isHeader = false;
            }

            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"The simulator ended with code {process.ExitCode}. {await errors}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private void Add(TrialResult result)
    {
        lock (_lock)
        {
            _results.Add(result);
            if (_results.Count * Announcements < (_announced + 1L) * grid.Count)
                return;
            _announced++;
            int bad = _results.Count(one => one.Trial.Order == ShutdownOptions.Right && !one.IsGood);
            progress.Step($"{_results.Count:N0} of {grid.Count:N0} stops; {bad} upstream-first with a violation");
        }
    }
}
