using System.Net;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Server.Io.Uring;

namespace DragonflyFlow.Perf.Load;

/// <summary>
/// The load generator of our own, on the calling thread, with random numbers, until enough requests or seconds have passed: <see cref="RingRunner"/> where the system has io_uring, else
/// <see cref="PipelineRunner"/>.
/// </summary>
internal static class LoadRun
{
    /// <summary>Runs to the end.</summary>
    public static LoadResult Run(LoadJob job, int seed, TimeProvider time, CancellationToken cancellation) => job.Workload.Kind switch
    {
        LoadKind.HandOver => HandOverRun.Run(job, time, cancellation),
        LoadKind.Publish => PublishRun.Run(job, time, cancellation),
        _ => Send(job, seed, time, cancellation),
    };

    private static LoadResult Send(LoadJob job, int seed, TimeProvider time, CancellationToken cancellation)
    {
        RequestBatches batches = RequestBatches.Random(job.Workload, job.Pipeline, seed);
        IPEndPoint server = new(IPAddress.Loopback, job.Port);
        int replies = job.Pipeline * job.Workload.Commands.Count;
        using IBatchRunner runner = UringEngine.WhyNot is null ? RingRunner.Connect(server, job.Clients, batches, replies, time) : PipelineRunner.Connect(server, job.Clients, batches, replies, time);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (job.Seconds > 0)
            limit.CancelAfter(TimeSpan.FromSeconds(job.Seconds));
        long wanted = job.Seconds > 0 ? long.MaxValue : (job.Requests + job.Pipeline - 1) / job.Pipeline;

        LatencyHistogram latency = new();
        long start = time.GetTimestamp();
        long answered = runner.Run(wanted, latency, limit.Token);
        double seconds = time.GetElapsedTime(start).TotalSeconds;
        cancellation.ThrowIfCancellationRequested();
        if (runner.Errors > 0)
            throw new InvalidOperationException($"{runner.Errors} error replies to '{job.Workload}'.");
        return new LoadResult(answered * job.Pipeline / seconds, latency.PercentileMs(50), latency.PercentileMs(99), latency.MaxMs());
    }
}
