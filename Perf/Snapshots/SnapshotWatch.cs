using System.Globalization;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Rivals;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Snapshots;

/// <summary>Has a server make a snapshot, and looks on: when it ends, and how much memory there is at most.</summary>
internal sealed class SnapshotWatch(ServerProcess server, TimeProvider time)
{
    private const string InProgress = "rdb_bgsave_in_progress";

    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>From BGSAVE to its end.</summary>
    public double Seconds { get; private set; }

    /// <summary>The most resident bytes of the process, without a child that it forked.</summary>
    public long ResidentPeak { get; private set; }

    /// <summary>Whether the server says that it worked.</summary>
    public bool IsOk { get; private set; } = true;

    /// <summary>Asks for the snapshot and returns when it has ended, or after <paramref name="atMost"/>.</summary>
    public async Task RunAsync(TimeSpan? atMost, CancellationToken cancellation)
    {
        double savedBefore = await LastSaveAsync(cancellation);
        ResidentPeak = server.ResidentBytes;
        long start = time.GetTimestamp();
        await Filler.SendAsync(server.Port, ["BGSAVE"], cancellation);
        while (await IsUnderWayAsync(savedBefore, cancellation))
        {
            ResidentPeak = Math.Max(ResidentPeak, server.ResidentBytes);
            if (time.GetElapsedTime(start) >= (atMost ?? Patience))
                break;
            await Task.Delay(Rest, time, cancellation);
        }

        Seconds = time.GetElapsedTime(start).TotalSeconds;
        if (atMost is null && Seconds >= Patience.TotalSeconds)
            throw new TimeoutException($"{server.Launch.Name} was not done with its snapshot after {Patience}.");
    }

    // Garnet tells of its last checkpoint only.
    private async Task<bool> IsUnderWayAsync(double savedBefore, CancellationToken cancellation)
    {
        Dictionary<string, string> info = await ServerInfo.ReadAsync(server.Port, cancellation, "persistence");
        IsOk = !info.TryGetValue("rdb_last_bgsave_status", out string? status) || status == "ok";
        return info.Number(InProgress) is { } flag ? flag > 0 : await LastSaveAsync(cancellation) <= savedBefore;
    }

    private async Task<double> LastSaveAsync(CancellationToken cancellation)
    {
        RespValue reply = await Filler.ExecuteAsync(server.Port, ["LASTSAVE"], cancellation);
        return reply.IsError ? 0 : double.Parse(reply.Text, CultureInfo.InvariantCulture);
    }
}
