using System.Net;
using DragonflyFlow.Perf.Host;
using DragonflyFlow.Protocol.Client;

namespace DragonflyFlow.Perf.Churn;

/// <summary>
/// Asks a server PING about every millisecond and remembers how long each answer took: a pause of the process shows as one long answer. Between two PINGs it
/// sleeps, and also remembers how much too long: that is what the machine, not the server, adds. Has a thread of its own, so that no pool delays it, of real-time
/// priority where that is permitted, so that it does not queue for a processor behind the load.
/// </summary>
internal sealed class PingProbe(int port, TimeProvider time)
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(1);

    /// <summary>How long the answers took.</summary>
    public LatencyHistogram Answers { get; } = new();

    /// <summary>How much longer than asked the probe slept.</summary>
    public LatencyHistogram Oversleep { get; } = new();

    /// <summary>Probes until <paramref name="stop"/> is cancelled.</summary>
    public Task RunAsync(CancellationToken stop)
        => Task.Factory.StartNew(() => Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken stop)
    {
        _ = RealTimePriority.TryTake();
        using PipelineRunner runner = PipelineRunner.Connect(new IPEndPoint(IPAddress.Loopback, port), 1, ["PING\r\n"u8.ToArray()], 1, time);
        while (!stop.IsCancellationRequested)
        {
            runner.Run(1, Answers, CancellationToken.None);
            long rested = time.GetTimestamp();
            Thread.Sleep(Rest);
            Oversleep.RecordNs((long)(time.GetElapsedTime(rested) - Rest).TotalNanoseconds);
        }
    }
}
