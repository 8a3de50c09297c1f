using System.Net;
using DragonflyFlow.Protocol.Client;

namespace DragonflyFlow.Perf.Load;

/// <summary>
/// Elements handed over: of each pair one client waits in BLPOP, and the other pushes half a turn later, when the first is certainly waiting. The latency is that from the
/// push to the waiting client's reply. One thread.
/// </summary>
internal static class HandOverRun
{
    /// <summary>Runs to the end; the workload's last word is the element.</summary>
    public static LoadResult Run(LoadJob job, TimeProvider time, CancellationToken cancellation)
    {
        using Pairs pairs = new(new IPEndPoint(IPAddress.Loopback, job.Port), Math.Max(2, job.Clients / 2), job.Workload.Command[^1], time);
        LatencyHistogram latency = new();
        long start = time.GetTimestamp();
        long ends = job.Seconds > 0 ? start + (job.Seconds * time.TimestampFrequency) : long.MaxValue;
        long wanted = job.Seconds > 0 ? long.MaxValue : job.Requests;
        long done = 0;
        for (int at = 0; done < wanted && time.GetTimestamp() < ends; at++, done++)
        {
            cancellation.ThrowIfCancellationRequested();
            pairs.Push(at + (pairs.Count / 2), time);
            pairs.Await(at, time, latency);
        }

        double seconds = time.GetElapsedTime(start).TotalSeconds;
        if (pairs.Errors > 0)
            throw new InvalidOperationException($"{pairs.Errors} error replies while elements were handed over.");
        return new LoadResult(done / seconds, latency.PercentileMs(50), latency.PercentileMs(99), latency.MaxMs());
    }

    private sealed class Pairs : IDisposable
    {
        private readonly PipelineConnection[] _waiting;
        private readonly PipelineConnection[] _pushing;
        private readonly byte[][] _pops;
        private readonly byte[][] _pushes;

        internal Pairs(EndPoint server, int count, string element, TimeProvider time)
        {
            Count = count;
            _waiting = [.. Enumerable.Range(0, count).Select(_ => new PipelineConnection(server))];
            _pushing = [.. Enumerable.Range(0, count).Select(_ => new PipelineConnection(server))];
            _pops = [.. Enumerable.Range(0, count).Select(i => Micro.RequestBytes.Of("BLPOP", $"handover:{i}", "0"))];
            _pushes = [.. Enumerable.Range(0, count).Select(i => Micro.RequestBytes.Of("RPUSH", $"handover:{i}", element))];
            for (int i = 0; i < count; i++)
                _waiting[i].Send(_pops[i]);
            // The first half has something under way when the first is awaited.
            for (int i = 0; i < count / 2; i++)
                Push(i, time);
        }

        internal int Count { get; }

        internal int Errors { get; private set; }

        internal void Push(int at, TimeProvider time)
        {
            PipelineConnection connection = _pushing[at % Count];
            connection.SentTimestamp = time.GetTimestamp();
            connection.Send(_pushes[at % Count]);
        }

        // The pair's push is over; its first client waits again.
        internal void Await(int at, TimeProvider time, LatencyHistogram latency)
        {
            at %= Count;
            Errors += _waiting[at].Receive(1);
            latency.RecordNs((long)time.GetElapsedTime(_pushing[at].SentTimestamp).TotalNanoseconds);
            _waiting[at].Send(_pops[at]);
            Errors += _pushing[at].Receive(1);
        }

        public void Dispose()
        {
            foreach (PipelineConnection connection in (PipelineConnection[])[.. _waiting, .. _pushing])
                connection.Dispose();
        }
    }
}
