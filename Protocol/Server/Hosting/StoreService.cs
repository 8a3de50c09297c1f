using System.Net;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots;
using DragonflyFlow.Pipeline.Snapshots.Loading;
using DragonflyFlow.Protocol.Server.Startup;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DragonflyFlow.Protocol.Server.Hosting;

/// <summary>The store's life within the host: serves until somebody asks for the stop, then runs the shutdown plan.</summary>
internal sealed class StoreService(StoreServer server, IHostApplicationLifetime lifetime, ILogger log) : IHostedService, IStoreHost
{
    private readonly StopReportFile _reportFile = new(server.Engine.Config, server.Engine.Options.Disk!);
    private StopRequest? _request;
    private Task _watch = Task.CompletedTask;
    private Task _load = Task.CompletedTask;
    private bool _loadFailed;

    /// <summary>How the process ends; known when the host has stopped.</summary>
    public int Code { get; private set; } = ExitCode.Failed;

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        server.Engine.Host = this;
        await server.Engine.LoadUsersAsync();
        server.Engine.LastStop = _reportFile.Take();
        SnapshotService snapshots = server.Engine.Snapshots!;
        // Known before the first client can come: a store that has nothing to load never answers -LOADING.
        bool loads = snapshots.Loader.TryAnnounce();
        snapshots.MaySave = !loads;
        server.Start();
        _watch = StopOnFaultAsync();
        if (loads)
            _load = LoadAsync(snapshots);
        else
            Announce();
    }

    // Clients are answered -LOADING until the data is there; a store that was told to load and cannot does not go on without it (fault F62).
    private async Task LoadAsync(SnapshotService snapshots)
    {
        try
        {
            await snapshots.Loader.LoadAsync();
        }
        catch (LoadException) when (_request is not null)
        {
            // The stop ended it: nothing is wrong, and nothing is saved over what was not read.
            return;
        }
        catch (LoadException cause)
        {
            _loadFailed = true;
            ServerLog.LoadFailed(log, cause.Message);
            RequestStop(new StopRequest("the snapshot cannot be loaded", Now: false, Save: false));
            return;
        }

        snapshots.MaySave = true;
        Announce();
    }

    /// <inheritdoc />
    public NetworkReading ReadNetwork() => server.Network;

    private void Announce()
    {
        ServerLog.Started(log, HelpText.Version, server.Engine.Shards.Length, server.IoName, Environment.ProcessId);
        foreach (EndPoint endPoint in server.EndPoints)
            ServerLog.Listening(log, endPoint.ToString()!);
        ServerLog.HowToConnect(log, HowToConnect(server.EndPoints[0]));
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        bool now = _request?.Now ?? false;
        server.Engine.Snapshots!.SavesAtStop = _request?.Save;
        StopReport report = await server.StopAsync(now);
        await KeepAsync(report);
        // Whoever wants it now does not want what is still under way.
        bool inOrder = report.Verdict == StopVerdict.Clean || (now && report.Verdict == StopVerdict.TimedOut);
        await _load;
        Code = inOrder && !_loadFailed && !_watch.IsCompleted ? ExitCode.Ok : ExitCode.Failed;
    }

    /// <inheritdoc />
    public void RequestStop(StopRequest request)
    {
        if (Interlocked.CompareExchange(ref _request, request, null) is not null)
            return;
        ServerLog.StopRequested(log, request.Reason);
        lifetime.StopApplication();
    }

    private async Task KeepAsync(StopReport report)
    {
        try
        {
            await _reportFile.WriteAsync(report);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            ServerLog.StopReportLost(log, cause.Message);
        }
    }

    private static string HowToConnect(EndPoint endPoint) => endPoint is IPEndPoint tcp ? $"redis-cli -p {tcp.Port}" : $"redis-cli -s {endPoint}";

    // A block that faults while the store runs cannot be replaced: stop in order what still can.
    private async Task StopOnFaultAsync()
    {
        FlowFaultException fault = await server.Graph.FirstPermanentFault;
        RequestStop(new StopRequest(fault.Message, Now: false));
    }
}
