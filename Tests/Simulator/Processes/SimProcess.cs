using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots;
using DragonflyFlow.Pipeline.Snapshots.Loading;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Protocol.Server.Io;
using DragonflyFlow.Tests.Simulator.Disks;
using DragonflyFlow.Tests.Simulator.Network;
using DragonflyFlow.Tests.Simulator.World;
using Microsoft.Extensions.Logging.Abstractions;

namespace DragonflyFlow.Tests.Simulator.Processes;

/// <summary>
/// A server process of the simulated world: the real engine, graph, sessions and connections, put together as the server does it; only its listener, sockets,
/// clock and scheduler are the world's. It is stopped in order, or killed.
/// </summary>
internal sealed class SimProcess : IStoreHost, IDisposable
{
    private static readonly TimeSpan StageDeadlineNow = TimeSpan.FromMilliseconds(500);

    private readonly SimWorld _world;
    private readonly ProcessOptions _options;
    private readonly SimTime _time;
    private readonly ConnectionLimits _limits;
    private readonly ConnectionSet _connections;
    private readonly SimListener _listener = new();
    private readonly TaskCompletionSource _ended = new();
    private StopRequest? _request;

    private SimProcess(SimWorld world, SeededScheduler scheduler, ProcessOptions options)
    {
        _world = world;
        _options = options;
        Scheduler = scheduler;
        _time = new SimTime(world, scheduler);
        Log = new SimFlowLog(world);
        ConfigStore config = new();
        // Every other seed runs its transactions under VLL.
        config.SetAtStart(StoreOptions.TransactionPolicy, world.Seed % 2 == 0 ? "vll" : "ordered");
        foreach ((string name, string value) in options.Settings)
            config.SetAtStart(StoreOptions.Find(name)!, value);
        Files = options.Disk?.Open(scheduler);
        StoreEngineOptions made = new()
        {
            Shards = options.Shards,
            Databases = 2,
            Checked = true,
            Config = config,
            Disk = Files is null ? null : options.WrapDisk(Files, _time),
            SnapshotLog = options.History ?? ISnapshotLog.None,
            Network = options.Peers,
            Seed = world.Seed | 1,
        };
        Engine = new StoreEngine(made, _time)
        {
            Host = this,
            OnBug = (command, bug) => world.Fail($"{bug.GetType().Name} in {command}: {bug.Message}"),
        };
        foreach (ShardBlock shard in Engine.Shards)
            shard.HandsOverTo = rest => scheduler.Post(rest.Execute);
        _limits = new ConnectionLimits(config);
        _connections = new ConnectionSet(_limits, _time, NullLogger.Instance);
        Graph = new FlowGraph(new FlowSettings { Time = _time, Scheduler = scheduler, MessagesPerTaskMax = 1, Log = Log, Completion = options.Completion });
        Graph.Adopt("listener", Stage.Listener, Upstreams.None, _listener);
        Graph.Adopt("sessions", Stage.Sessions, [_listener], _connections);
        Engine.Join(Graph, _connections);
        if (Engine.Snapshots is { } snapshots)
            snapshots.Cutting = Cut;
        Graph.AddRelease("final-image", options.ImageStage, Upstreams.None, TakeImageAsync);
    }

    public SimWorld World => _world;

    public SeededScheduler Scheduler { get; }

    public StoreEngine Engine { get; }

    public FlowGraph Graph { get; }

    public SimFlowLog Log { get; }

    /// <summary>What the store held when nothing could change it any more; null until then, and after a kill.</summary>
    public FinalImage? Image { get; private set; }

    /// <summary>Ends when the process has.</summary>
    public Task Ended => _ended.Task;

    /// <summary>How its stop went; null before, and if it was killed.</summary>
    public StopReport? Report { get; private set; }

    /// <summary>The files it has open; null without a disk.</summary>
    public SimDiskHandle? Files { get; }

    /// <summary>Files with names of parts that were on the disk when it ended.</summary>
    public IReadOnlyList<string> PartsLeft { get; private set; } = [];

    /// <summary>The load at the start.</summary>
    public Task Loading { get; private set; } = Task.CompletedTask;

    /// <summary>How that went.</summary>
    public LoadEnd LoadEnd { get; private set; }

    /// <summary>Why the snapshot that is there cannot be loaded; null if that is not so.</summary>
    public string? LoadProblem { get; private set; }

    /// <summary>Whether its stop makes a snapshot.</summary>
    public bool SavesAtStop => Engine.Snapshots is { MaySave: true } && _request?.Save != false;

    /// <summary>The process's clock.</summary>
    public TimeProvider Time => _time;

    /// <summary>Timers that are armed; zero after a stop.</summary>
    public int ArmedTimers => _time.ArmedTimers;

    /// <summary>The stop under way, and the watch for a fault that asks for one, so that they are nobody's detached work.</summary>
    public Task Stopping { get; private set; } = Task.CompletedTask;

    /// <inheritdoc cref="Stopping" />
    public Task Watch { get; private set; } = Task.CompletedTask;

    /// <summary>Told of a kill before the memory goes: what held leases gives them back.</summary>
    public Action? OnKill { get; set; }

    /// <summary>Whether a stop was asked for.</summary>
    public bool IsStopping => _request is not null;

    /// <summary>Whether the stop, asked for, gives stages hardly any time.</summary>
    public bool IsNow => _request?.Now ?? false;

    /// <summary>Starts a process; to be called on its scheduler.</summary>
    public static SimProcess Start(SimWorld world, SeededScheduler scheduler, ProcessOptions options)
    {
        SimProcess process = new(world, scheduler, options);
        process.Watch = process.StopOnFaultAsync();
        if (process.Engine.Snapshots is { } snapshots)
            process.Loading = process.LoadAsync(snapshots);
        return process;
    }

    /// <summary>Takes a connection, as the server's admission does.</summary>
    public bool Accept(SimTransport transport, string peer)
    {
        if (!_listener.TryAccept() || !_connections.TryAdd(out Connection? connection, out _))
            return false;
        connection.Compose(_options.Wrap(Engine.Open(connection, new SessionPeer(peer, "10.0.0.2:6379"))));
        transport.Attach(connection);
        return true;
    }

    /// <inheritdoc />
    public void RequestStop(StopRequest request)
    {
        _world.Note($"stop requested: {request.Reason}{(request.Now ? ", now" : string.Empty)}");
        if (_request is not null)
            return;
        _request = request;
        Stopping = Scheduler.Run(StopAsync);
    }

    /// <summary>Ends the process as the kernel does: nothing of it runs any more, and its machine resets its connections.</summary>
    public void Kill()
    {
        if (_ended.Task.IsCompleted)
            return;
        _world.Note("killed");
        Scheduler.Kill();
        GiveLeasesBack();
        // The kernel takes its memory back; nobody of it can look any more.
        Engine.Dispose();
        Dispose();
        _ended.SetResult();
    }

    /// <summary>What the server disposes of behind the stop.</summary>
    public void Dispose()
    {
        _connections.Dispose();
        _limits.Dispose();
    }

    /// <summary>The process has ended: nothing of it runs any more, whatever it left behind.</summary>
    public void Exit() => Scheduler.Kill();

    /// <summary>The run is over: what a stuck or hung process has kept is the machine's again.</summary>
    public void Reclaim()
    {
        GiveLeasesBack();
        Draining.Try(Engine.Dispose);
        Dispose();
    }

    private void GiveLeasesBack()
    {
        OnKill?.Invoke();
        foreach (ShardBlock shard in Engine.Shards)
        {
            foreach (ShardWalk walk in shard.Walks?.Active.ToArray() ?? [])
                walk.End();
        }
    }

    private async Task TakeImageAsync()
    {
        Image = await FinalImage.ReadAsync(Engine);
        await _options.AtImage(this);
    }

    private void Cut()
    {
        _options.History!.NoteCut(Engine);
        _options.AtCut(this);
    }

    // As the server does it (Protocol/Server/Hosting/StoreService).
    private async Task LoadAsync(SnapshotService snapshots)
    {
        bool loads = snapshots.Loader.TryAnnounce();
        snapshots.MaySave = !loads;
        LoadEnd = loads ? LoadEnd.UnderWay : LoadEnd.Nothing;
        if (!loads)
            return;
        try
        {
            LoadEnd = await snapshots.Loader.LoadAsync() ? LoadEnd.Whole : LoadEnd.Nothing;
            snapshots.MaySave = true;
        }
        catch (LoadException) when (_request is not null)
        {
            LoadEnd = LoadEnd.Ended;
            _world.Note("the stop has ended the load");
        }
        catch (LoadException cause)
        {
            LoadEnd = LoadEnd.Refused;
            LoadProblem = cause.Message;
            RequestStop(new StopRequest("the snapshot cannot be loaded", Now: false, Save: false));
        }
    }

    private async Task StopAsync()
    {
        if (Engine.Snapshots is { } snapshots)
            snapshots.SavesAtStop = _request!.Save;
        StopOptions options = new() { StageDeadline = IsNow ? StageDeadlineNow : TimeSpan.FromSeconds(10), Order = _options.Order };
        StopReport report = await Graph.StopAsync(options);
        await _world.Delay(TimeSpan.FromMilliseconds(_options.LingerMs), Scheduler);
        Report = report;
        PartsLeft = _options.Disk?.Parts ?? [];
        Dispose();
        _ended.SetResult();
    }

    private async Task StopOnFaultAsync()
    {
        FlowFaultException fault = await Graph.FirstPermanentFault;
        RequestStop(new StopRequest($"fault of {fault.Block}", Now: false));
    }
}
