using DragonflyFlow.Protocol.Client;

namespace DragonflyFlow.Perf.Migration;

/// <summary>
/// Writes about every millisecond to a key that moves, and remembers how long each answer took, redirections included: the hand-over shows as the longest. Between two
/// writes it sleeps, and also remembers how much too long: that is what the machine adds. Has a thread of its own, so that no pool delays it.
/// </summary>
internal sealed class WriteProbe(NodePair pair, MigrationOptions options, int seed, TimeProvider time)
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(1);

    private readonly int[] _moving = [.. KeyRequest.Of(options.Keys, pair.MovedSlots, options.Slots)];

    /// <summary>How long the answers took.</summary>
    public LatencyHistogram Answers { get; } = new();

    /// <summary>How much longer than asked the probe slept.</summary>
    public LatencyHistogram Oversleep { get; } = new();

    /// <summary>Probes until <paramref name="stop"/> is cancelled.</summary>
    public Task RunAsync(CancellationToken stop)
        => Task.Factory.StartNew(() => Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken stop)
    {
        Random random = new(seed);
        using FollowingClient client = new(new SlotOwners(pair.Source.Port, pair.Target.Port), time);
        KeyRequest request = new(new string('p', options.ValueBytes));
        while (!stop.IsCancellationRequested)
        {
            request.Take(_moving[random.Next(_moving.Length)]);
            client.Send(request);
            client.Finish(Answers);
            long rested = time.GetTimestamp();
            Thread.Sleep(Rest);
            Oversleep.RecordNs((long)(time.GetElapsedTime(rested) - Rest).TotalNanoseconds);
        }
    }
}
