using System.Net;
using DragonflyFlow.Perf.Micro;
using DragonflyFlow.Protocol.Client;

namespace DragonflyFlow.Perf.Load;

/// <summary>
/// Messages to subscribers: each of some clients publishes a pipeline and awaits its replies; when all have had their turn, every subscriber has to have got every message. The
/// latency is that of the publisher. One thread.
/// </summary>
internal static class PublishRun
{
    private const int Subscribers = 50;
    private const string Channel = "news";

    /// <summary>Runs to the end; the workload's last word is the message.</summary>
    public static LoadResult Run(LoadJob job, TimeProvider time, CancellationToken cancellation)
    {
        IPEndPoint server = new(IPAddress.Loopback, job.Port);
        PipelineConnection[] subscribers = [.. Enumerable.Range(0, Subscribers).Select(_ => new PipelineConnection(server))];
        PipelineConnection[] publishers = [.. Enumerable.Range(0, job.Clients).Select(_ => new PipelineConnection(server))];
        try
        {
            foreach (PipelineConnection subscriber in subscribers)
            {
                subscriber.Send(RequestBytes.Of("SUBSCRIBE", Channel));
                subscriber.Receive(1);
            }

            byte[] batch = [.. Enumerable.Repeat(RequestBytes.Of("PUBLISH", Channel, job.Workload.Command[^1]), job.Pipeline).SelectMany(request => request)];
            return Run(job, batch, publishers, subscribers, time, cancellation);
        }
        finally
        {
            foreach (PipelineConnection connection in (PipelineConnection[])[.. subscribers, .. publishers])
                connection.Dispose();
        }
    }

    private static LoadResult Run(LoadJob job, byte[] batch, PipelineConnection[] publishers, PipelineConnection[] subscribers, TimeProvider time, CancellationToken cancellation)
    {
        LatencyHistogram latency = new();
        long start = time.GetTimestamp();
        long ends = job.Seconds > 0 ? start + (job.Seconds * time.TimestampFrequency) : long.MaxValue;
        long wanted = job.Seconds > 0 ? long.MaxValue : job.Requests;
        long done = 0;
        int errors = 0;
        while (done < wanted && time.GetTimestamp() < ends)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (PipelineConnection publisher in publishers)
            {
                publisher.SentTimestamp = time.GetTimestamp();
                publisher.Send(batch);
            }

            foreach (PipelineConnection publisher in publishers)
            {
                errors += publisher.Receive(job.Pipeline);
                latency.RecordNs((long)time.GetElapsedTime(publisher.SentTimestamp).TotalNanoseconds);
            }

            int messages = publishers.Length * job.Pipeline;
            foreach (PipelineConnection subscriber in subscribers)
                errors += subscriber.Receive(messages);
            done += messages;
        }

        double seconds = time.GetElapsedTime(start).TotalSeconds;
        if (errors > 0)
            throw new InvalidOperationException($"{errors} error replies while messages were published.");
        return new LoadResult(done / seconds, latency.PercentileMs(50), latency.PercentileMs(99), latency.MaxMs());
    }
}
