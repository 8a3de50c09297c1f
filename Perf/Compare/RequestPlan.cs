namespace DragonflyFlow.Perf.Compare;

/// <summary>
/// How many requests a run has: enough that every server of a row spends <see cref="CpuSecondsMin"/> on it, for CPU is counted in ticks of 10 ms. All servers
/// of a row get the same number; it grows when a run turned out too short.
/// </summary>
internal sealed class RequestPlan(long? fixedRequests)
{
    /// <summary>Server CPU below which a sample is called short.</summary>
    public const double CpuSecondsMin = 0.4;

    private const double CpuSecondsWanted = 0.6;
    private const double TickSeconds = 0.01;
    private const long RequestsMax = 20_000_000;

    private readonly Dictionary<(string Test, int Pipeline), long> _requests = [];

    /// <summary>Requests of a first run of a row, which warms the path up and tells what an operation costs.</summary>
    public long WarmUp(int pipeline) => fixedRequests ?? (long)(10_000 * Math.Max(1, 1.5 * Math.Sqrt(pipeline)));

    /// <summary>Requests of the measured runs of a row.</summary>
    public long Of(string test, int pipeline) => fixedRequests ?? _requests.GetValueOrDefault((test, pipeline), WarmUp(pipeline));

    /// <summary>Learns what a run cost.</summary>
    public void Learn(string test, int pipeline, long requests, double cpuSeconds)
    {
        double needed = CpuSecondsWanted * requests / Math.Max(cpuSeconds, TickSeconds);
        long rounded = Math.Min(RequestsMax, 1000 * (long)Math.Ceiling(needed / 1000));
        _requests[(test, pipeline)] = Math.Max(Of(test, pipeline), rounded);
    }
}
