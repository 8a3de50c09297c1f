using System.Net;
using DragonflyFlow.Perf.Micro;
using DragonflyFlow.Protocol.Client;

namespace DragonflyFlow.Perf.Load;

/// <summary>
/// Messages to subscribers: each of some clients publishes a pipeline and awaits its replies; when all have had their turn, every subscriber has to have got every message. The
/// latency is that of the publisher. One thread. Fifty messages come for each that is sent: they are counted in bytes, after some
/// have been looked at, or the generator would be what is measured.
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

            string message = job.Workload.Command[^1];
            Warm(publishers, subscribers, message);
            byte[] batch = [.. Enumerable.Repeat(RequestBytes.Of("PUBLISH", Channel, message), job.Pipeline).SelectMany(request => request)];
            return Run(job, batch, MessageBytes(message), publishers, subscribers, time, cancellation);
        }
        finally
        {
            foreach (PipelineConnection connection in (PipelineConnection[])[.. subscribers, .. publishers])
                connection.Dispose();
        }
    }

    // A message has the form of a request of three words.
    private static int MessageBytes(string message) => RequestBytes.Of("message", Channel, message).Length;

    // Two messages: the first counted as a message, the second in bytes, behind which there has to be nothing.
    private static void Warm(PipelineConnection[] publishers, PipelineConnection[] subscribers, string message)
    {
        foreach (PipelineConnection publisher in publishers)
        {
            publisher.Send([.. RequestBytes.Of("PUBLISH", Channel, message), .. RequestBytes.Of("PUBLISH", Channel, message)]);
            publisher.Receive(2);
            foreach (PipelineConnection subscriber in subscribers)
            {
                subscriber.Receive(1);
                subscriber.Skip(MessageBytes(message));
                if (subscriber.HasMore)
                    throw new InvalidOperationException("A message is longer than expected.");
            }
        }
    }

    private static LoadResult Run(LoadJob job, byte[] batch, int messageBytes, PipelineConnection[] publishers, PipelineConnection[] subscribers, TimeProvider time, CancellationToken cancellation)
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
                subscriber.Skip((long)messages * messageBytes);
            done += messages;
        }

        double seconds = time.GetElapsedTime(start).TotalSeconds;
        if (errors > 0)
            throw new InvalidOperationException($"{errors} error replies while messages were published.");
        return new LoadResult(done / seconds, latency.PercentileMs(50), latency.PercentileMs(99), latency.MaxMs());
    }
}
