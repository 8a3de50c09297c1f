using System.Net;
using DragonflyFlow.Perf.Host;
using DragonflyFlow.Protocol.Client;

namespace DragonflyFlow.Perf.Churn;

/// <summary>
/// Asks a server PING about every millisecond and remembers how long each answer took: a pause of the process shows as one long answer. Has a thread of its own, so that
/// no pool delays it, of real-time priority where that is permitted, so that it does not queue for a processor behind the load; and a watch on each core tells what
/// of an answer's time was no server's.
/// </summary>
internal sealed class PingProbe(int port, TimeProvider time)
{
    private const double NsPerMs = 1e6;

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(1);

    private readonly CoreWatch _cores = new(time);

    /// <summary>How long the answers took.</summary>
    public LatencyHistogram Answers { get; } = new();

    /// <summary>How long they took without the times in which a core ran nobody.</summary>
    public LatencyHistogram Served { get; } = new();

    /// <summary>The longest time for which a core ran nobody, in milliseconds.</summary>
    public double StopMsMax => _cores.LongestMs;

    /// <summary>Probes until <paramref name="stop"/> is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        List<(long Asked, long Answered)> answers = [];
        Task watching = _cores.RunAsync(stop);
        await ProbeThread.RunAsync("ping", () => Ask(answers, stop));
        await watching;
        foreach ((long asked, long answered) in answers)
        {
            double ms = time.GetElapsedTime(asked, answered).TotalMilliseconds;
            Served.RecordNs((long)((ms - _cores.StoppedMsWithin(asked, answered)) * NsPerMs));
        }
    }

    private void Ask(List<(long Asked, long Answered)> answers, CancellationToken stop)
    {
        _ = RealTimePriority.TryTake();
        using PipelineRunner runner = PipelineRunner.Connect(new IPEndPoint(IPAddress.Loopback, port), 1, ["PING\r\n"u8.ToArray()], 1, time);
        while (!stop.IsCancellationRequested)
        {
            long asked = time.GetTimestamp();
            runner.Run(1, Answers, CancellationToken.None);
            answers.Add((asked, time.GetTimestamp()));
            Thread.Sleep(Rest);
        }
    }
}
