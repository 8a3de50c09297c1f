using DragonflyFlow.Perf.Load;

namespace DragonflyFlow.Perf.Snapshots;

/// <summary>Our own generator: the same connections go through all of it, and each part ends when it is told to.</summary>
internal sealed class OwnLoad(SteadyLoad load, TimeProvider time) : ISnapshotLoad
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public async Task PrepareAsync(TimeSpan span, CancellationToken cancellation)
    {
        using CancellationTokenSource warm = new(WarmUp, time);
        await load.RunAsync(warm.Token);
    }

    /// <inheritdoc />
    public Task<FirstSnapshot?> PrepareAsync(SnapshotWatch snapshot, CancellationToken cancellation) => Task.FromResult<FirstSnapshot?>(null);

    /// <inheritdoc />
    public Task<LoadResult> RunAsync(CancellationToken until) => load.RunAsync(until);

    /// <inheritdoc />
    public void Dispose() => load.Dispose();
}
