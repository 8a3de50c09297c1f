using System.Globalization;
using System.Net;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Rivals;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;

namespace DragonflyFlow.Perf.Snapshots;

/// <summary>Has a server make a snapshot, and looks on over one connection: when it ends, and how much memory there is at most.</summary>
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

    /// <summary>Asks for the snapshot and returns when it has ended.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using RespClient client = await RespClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port), cancel: cancellation);
        double savedBefore = await LastSaveAsync(client, cancellation);
        ResidentPeak = server.ResidentBytes;
        long start = time.GetTimestamp();
        RespValue begun = await client.ExecuteAsync(["BGSAVE"], cancellation);
        if (begun.IsError)
            throw new InvalidOperationException($"BGSAVE was answered: {begun.Text}");
        while (await IsUnderWayAsync(client, savedBefore, cancellation))
        {
            ResidentPeak = Math.Max(ResidentPeak, server.ResidentBytes);
            if (time.GetElapsedTime(start) >= Patience)
                throw new TimeoutException($"{server.Launch.Name} was not done with its snapshot after {Patience}.");
            await Task.Delay(Rest, time, cancellation);
        }

        Seconds = time.GetElapsedTime(start).TotalSeconds;
    }

    // Garnet tells of its last checkpoint only.
    private async Task<bool> IsUnderWayAsync(RespClient client, double savedBefore, CancellationToken cancellation)
    {
        Dictionary<string, string> info = ServerInfo.Parse((await client.ExecuteAsync(["INFO", "persistence"], cancellation)).Text);
        IsOk = !info.TryGetValue("rdb_last_bgsave_status", out string? status) || status == "ok";
        return info.Number(InProgress) is { } flag ? flag > 0 : await LastSaveAsync(client, cancellation) <= savedBefore;
    }

    private static async Task<double> LastSaveAsync(RespClient client, CancellationToken cancellation)
    {
        RespValue reply = await client.ExecuteAsync(["LASTSAVE"], cancellation);
        return reply.IsError ? 0 : double.Parse(reply.Text, CultureInfo.InvariantCulture);
    }
}
