namespace DragonflyFlow.Perf.Load;

/// <summary>
/// The load generator of our own: clients in a closed loop until a number of requests or a time is reached. One task a client; the count of requests
/// left is the only thing they share.
/// </summary>
internal sealed class LoadRun(LoadJob job, int seed, TimeProvider time)
{
    private long _left = job.Seconds > 0 ? long.MaxValue : job.Requests;
    private long _deadline;

    /// <summary>Runs to the end.</summary>
    public async Task<LoadResult> RunAsync(CancellationToken cancellation)
    {
        List<LoadConnection> connections = [];
        try
        {
            for (int client = 0; client < job.Clients; client++)
                connections.Add(await LoadConnection.ConnectAsync(job.Port, cancellation));
            long start = time.GetTimestamp();
            _deadline = job.Seconds > 0 ? start + (job.Seconds * time.TimestampFrequency) : long.MaxValue;
            LatencyHistogram[] parts = await Task.WhenAll(connections.Select((connection, client) => DriveAsync(connection, client, cancellation)));
            double seconds = time.GetElapsedTime(start).TotalSeconds;
            LatencyHistogram all = new();
            foreach (LatencyHistogram part in parts)
                all.Add(part);
            return new LoadResult(all.Count / seconds, all.PercentileMs(50), all.PercentileMs(99), all.MaxMs);
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    private async Task<LatencyHistogram> DriveAsync(LoadConnection connection, int client, CancellationToken cancellation)
    {
        await Task.Yield();
        Random random = new(seed + client);
        RequestTemplate template = new(job.Workload, job.Pipeline);
        LatencyHistogram histogram = new();
        for (int copies = Take(); copies > 0; copies = Take())
        {
            template.Randomize(random);
            long sent = time.GetTimestamp();
            await connection.ExchangeAsync(template.Bytes(copies), copies, cancellation);
            histogram.Record((long)time.GetElapsedTime(sent).TotalMicroseconds, copies);
        }

        return histogram;
    }

    private int Take()
    {
        if (time.GetTimestamp() >= _deadline)
            return 0;
        long left = Interlocked.Add(ref _left, -job.Pipeline);
        return (int)Math.Max(0, Math.Min(job.Pipeline, left + job.Pipeline));
    }
}
