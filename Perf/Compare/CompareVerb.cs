using DragonflyFlow.Perf.Host;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Report;
using DragonflyFlow.Perf.Rivals;

namespace DragonflyFlow.Perf.Compare;

/// <summary>The verb <c>compare</c>: finds the servers, runs the rounds, shows and keeps the results.</summary>
internal static class CompareVerb
{
    /// <summary>Runs it; returns the exit code.</summary>
    public static async Task<int> RunAsync(CompareOptions options, TimeProvider time, CancellationToken cancellation)
    {
        CoreLayout cores = CoreLayout.Choose(options.Pinned, out string? whyNotPinned);
        ServerCatalog servers = ServerCatalog.Find(options.Rivals, cores.ServerCore is not null, options.GarnetPath);
        ILoadGenerator generator = GeneratorProcess.Choose(options.Tool);
        ResultsFolder folder = new("compare", time);
        foreach (string skipped in servers.Skipped)
            folder.Note($"skipped {skipped}");
        if (whyNotPinned is not null)
            folder.Note($"not pinned: {whyNotPinned}");

        SampleSet samples;
        IReadOnlyCollection<string> failures;
        (samples, failures) = await Screen.WatchAsync(async sink =>
        {
            CompareRun run = new(options, servers.Found, cores, generator, sink);
            return (await run.RunAsync(cancellation), run.Failures);
        });
        return Conclude(options, servers, generator, samples, failures, folder);
    }

    private static int Conclude(
        CompareOptions options, ServerCatalog servers, ILoadGenerator generator, SampleSet samples, IReadOnlyCollection<string> failures, ResultsFolder folder)
    {
        folder.WriteRun(new { options, servers = servers.Found, servers.Skipped, generator = generator.Name, failures });
        folder.WriteSamples(Sample.CsvHeader, samples.All.Select(sample => sample.ToCsv()), options.CsvFile);
        IReadOnlyList<TargetVerdict> verdicts = options.Smoke ? [] : TargetTable.Judge(TargetTable.Speed, samples);
        if (samples.All.Count > 0)
        {
            folder.Show(CompareReport.Figures(samples));
            folder.Show(CompareReport.Memory(samples, options.Keys, options.ValueBytes));
            folder.Show(CompareReport.Targets(verdicts));
        }

        if (options.Smoke)
            folder.Note("This was a smoke run: everything works as far as it got, and the figures mean nothing.");
        int brief = samples.All.Count(sample => sample.CpuSeconds < RequestPlan.CpuSecondsMin);
        if (brief > 0 && !options.Smoke)
            folder.Note($"{brief} of {samples.All.Count} samples have less than {RequestPlan.CpuSecondsMin} s of server CPU: their CPU figures are coarse.");
        foreach (string failure in failures)
            folder.Note($"failed: {failure}");
        folder.Note($"load: {generator.Name}; results: {folder.RelativePath}");
        folder.WriteReport();
        bool missed = options.Strict && verdicts.Any(verdict => verdict.Outcome == TargetOutcome.Missed);
        return ExitCodes.Of(failures.Count > 0, missed);
    }
}
