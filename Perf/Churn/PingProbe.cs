using System.Net;
using System.Net.Sockets;
using DragonflyFlow.Perf.Load;

namespace DragonflyFlow.Perf.Churn;

/// <summary>
/// Asks a server PING about every millisecond and remembers how long each answer took: a pause of the process shows as one long answer. Between two PINGs it
/// sleeps, and also remembers how much too long: that is what the machine, not the server, adds. Has a thread of its own, so that no pool delays it.
/// </summary>
internal sealed class PingProbe(int port, TimeProvider time)
{
    private static readonly byte[] Ping = "*1\r\n$4\r\nPING\r\n"u8.ToArray();
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
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        ReplySkimmer skimmer = new();
        byte[] received = new byte[256];
        while (!stop.IsCancellationRequested)
        {
            long sent = time.GetTimestamp();
            long answers = skimmer.Replies;
            socket.Send(Ping);
            while (skimmer.Replies == answers)
            {
                int bytes = socket.Receive(received);
                if (bytes == 0)
                    throw new IOException("The server closed the probe's connection.");
                skimmer.Feed(received.AsSpan(0, bytes));
            }

            long answered = time.GetTimestamp();
            Answers.Record((long)time.GetElapsedTime(sent, answered).TotalMicroseconds);
            Thread.Sleep(Rest);
            Oversleep.Record((long)(time.GetElapsedTime(answered) - Rest).TotalMicroseconds);
        }
    }
}
