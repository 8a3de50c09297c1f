namespace DragonflyFlow.Perf.Load;

/// <summary>A closed-loop load generator: each client sends a pipeline, awaits all its replies, sends the next.</summary>
internal interface ILoadGenerator
{
    /// <summary>Name and version, for the report.</summary>
    string Name { get; }

    /// <summary>Runs the job to its end.</summary>
    Task<LoadResult> RunAsync(LoadJob job, CancellationToken cancellation);
}
