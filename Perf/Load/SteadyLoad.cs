using System.Net;
using DragonflyFlow.Protocol.Client;

namespace DragonflyFlow.Perf.Load;

/// <summary>Our own generator within this process, on a thread of its own: the same connections go through several phases, each ended by its token.</summary>
internal sealed class SteadyLoad : IDisposable
{
    private readonly PipelineRunner _runner;
    private readonly int _pipeline;
    private readonly TimeProvider _time;

    /// <summary>Opens the connections.</summary>
    public SteadyLoad(int port, Workload workload, int clients, int pipeline, int seed, TimeProvider time)
    {
        _pipeline = pipeline;
        _time = time;
        _runner = PipelineRunner.Connect(new IPEndPoint(IPAddress.Loopback, port), clients, RequestBatches.Random(workload, pipeline, seed), pipeline, time);
    }

    /// <summary>Loads the server until <paramref name="until"/> is cancelled.</summary>
    public Task<LoadResult> RunAsync(CancellationToken until)
        => Task.Factory.StartNew(() => Run(until), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _runner.Dispose();

    private LoadResult Run(CancellationToken until)
    {
        LatencyHistogram latency = new();
        long start = _time.GetTimestamp();
        long answered = _runner.Run(long.MaxValue, latency, until);
        double seconds = _time.GetElapsedTime(start).TotalSeconds;
        if (_runner.Errors > 0)
            throw new InvalidOperationException($"{_runner.Errors} error replies under load.");
        return new LoadResult(answered * _pipeline / seconds, latency.PercentileMs(50), latency.PercentileMs(99), latency.MaxMs());
    }
}
