using DragonflyFlow.Perf.Load;

namespace DragonflyFlow.Perf.Snapshots;

/// <summary>
/// A program that sends a number of requests and tells its figures at the end, as redis-benchmark does. A snapshot that is measured must not end before it: how many requests fit
/// is known from a snapshot before, under the same load.
/// </summary>
internal sealed class BenchmarkLoad(ILoadGenerator generator, LoadJob job) : ISnapshotLoad
{
    private const int WarmRequestsPerPipeline = 20_000;
    private const string Processed = "total_commands_processed";

    // Of what fits: no two snapshots take the same time.
    private const double Fitting = 0.9;

    // Of a server that does not count: a guess of what is left of its throughput.
    private const double KeptUncounted = 0.5;

    private static readonly TimeSpan Connecting = TimeSpan.FromMilliseconds(500);

    private LoadJob _job = job;
    private double _opsPerSecond;

    /// <inheritdoc />
    public async Task PrepareAsync(TimeSpan span, CancellationToken cancellation)
    {
        _job = _job with { Requests = (long)WarmRequestsPerPipeline * _job.Pipeline };
        _opsPerSecond = (await generator.RunAsync(_job, cancellation)).OpsPerSecond;
        _job = _job with { Requests = (long)(_opsPerSecond * span.TotalSeconds) };
    }

    /// <inheritdoc />
    public async Task<FirstSnapshot?> PrepareAsync(SnapshotWatch snapshot, CancellationToken cancellation)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<LoadResult> loading = generator.RunAsync(_job with { Requests = int.MaxValue }, stop.Token);
        await Task.Delay(Connecting, cancellation);
        double? before = await CountAsync(cancellation);
        await snapshot.RunAsync(cancellation);
        double? requests = await CountAsync(cancellation) - before;
        await stop.CancelAsync();
        await ((Task)loading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _job = _job with { Requests = (long)(Fitting * (requests is > 0 ? requests.Value : KeptUncounted * _opsPerSecond * snapshot.Seconds)) };
        return new FirstSnapshot(snapshot.Seconds, requests is > 0 ? requests / snapshot.Seconds : null);
    }

    /// <inheritdoc />
    public async Task<LoadResult> RunAsync(CancellationToken until)
    {
        LoadResult result = await generator.RunAsync(_job, CancellationToken.None);
        _opsPerSecond = result.OpsPerSecond;
        return result;
    }

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private async Task<double?> CountAsync(CancellationToken cancellation)
        => (await ServerInfo.ReadAsync(_job.Port, cancellation, "stats")).Number(Processed);
}
