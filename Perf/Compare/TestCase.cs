using DragonflyFlow.Perf.Load;

namespace DragonflyFlow.Perf.Compare;

/// <summary>One row of a comparison: a command under load, and what must be in the server before.</summary>
internal sealed record TestCase(string Name, Workload Workload)
{
    /// <summary>Runs once over its whole range when the server has started, so that the commands find what they refer to.</summary>
    public Workload? Prefill { get; init; }

    /// <summary>A key that is deleted before each run, so that every run starts alike.</summary>
    public string? Scratch { get; init; }

    /// <summary>Runs as often as there will be requests, before each run: what the requests take away.</summary>
    public IReadOnlyList<string>? Supply { get; init; }

    /// <summary>The deepest pipeline that makes sense.</summary>
    public int PipelineMax { get; init; } = int.MaxValue;

    /// <summary>Brings the server into the state in which a run of <paramref name="requests"/> requests starts.</summary>
    public async Task PrepareAsync(int port, long requests, CancellationToken cancellation)
    {
        if (Scratch is not null)
            await Filler.SendAsync(port, ["DEL", Scratch], cancellation);
        if (Supply is not null)
            await Filler.FillAsync(port, new Workload(Supply, checked((int)requests)), cancellation);
    }
}
