using System.Globalization;
using DragonflyFlow.Perf.Host;

namespace DragonflyFlow.Perf.Load;

/// <summary>A load generator that is a program and prints its result as redis-benchmark --csv does: redis-benchmark, or our own <c>load</c> verb.</summary>
internal sealed class GeneratorProcess : ILoadGenerator
{
    private const int GraceSeconds = 180;

    private readonly Func<LoadJob, IReadOnlyList<string>> _commandLine;

    private GeneratorProcess(string name, Func<LoadJob, IReadOnlyList<string>> commandLine)
    {
        Name = name;
        _commandLine = commandLine;
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <summary>Whether it is our own generator.</summary>
    public bool IsOwn { get; private init; }

    /// <summary>The tool that is asked for.</summary>
    public static GeneratorProcess Choose(LoadTool tool)
        => tool == LoadTool.Auto && Programs.Find("redis-benchmark") is { } path ? new GeneratorProcess("redis-benchmark", job => RedisBenchmark(path, job)) : Own();

    /// <summary>Our own generator.</summary>
    public static GeneratorProcess Own() => new("DragonflyFlow.Perf load", OwnLoad) { IsOwn = true };

    /// <inheritdoc />
    public async Task<LoadResult> RunAsync(LoadJob job, CancellationToken cancellation)
    {
        IReadOnlyList<string> commandLine = CoreLayout.Wrap(job.Core, job.Workload.Commands.Count > 1 || job.Workload.Kind != LoadKind.Requests ? OwnLoad(job) : _commandLine(job));
        string output = await ProgramRun.ToEndAsync(commandLine, $"{Name} on '{job.Workload}'", TimeSpan.FromSeconds(job.Seconds + GraceSeconds), cancellation);
        return RedisBenchmarkOutput.Parse(output);
    }

    private static List<string> RedisBenchmark(string path, LoadJob job) =>
    [
        path, "-h", "127.0.0.1", "-p", Text(job.Port), "-c", Text(job.Clients), "-n", Text(job.Requests), "-P", Text(job.Pipeline),
        "-r", Text(job.Workload.Range), "--csv", .. job.Workload.Command,
    ];

    private static List<string> OwnLoad(LoadJob job) =>
    [
        "dotnet", typeof(GeneratorProcess).Assembly.Location, "load", "--kind", job.Workload.Kind.ToString(), "--port", Text(job.Port), "--clients", Text(job.Clients),
        "--requests", Text(job.Requests), "--seconds", Text(job.Seconds), "--pipeline", Text(job.Pipeline), "--range", Text(job.Workload.Range), "--", .. job.Workload.Command,
    ];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
