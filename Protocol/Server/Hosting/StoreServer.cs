using System.Net;
using System.Security.Cryptography;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Peers;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Protocol.Server.Disk;
using DragonflyFlow.Protocol.Server.Io;
using DragonflyFlow.Protocol.Server.Listeners;
using DragonflyFlow.Protocol.Server.Peers;
using Microsoft.Extensions.Logging;

namespace DragonflyFlow.Protocol.Server.Hosting;

/// <summary>A store with its sockets, put together: what feeds what stands here, and from it follows how it stops.</summary>
internal sealed class StoreServer : IDisposable
{
    private static readonly TimeSpan StageDeadlineNow = TimeSpan.FromMilliseconds(500);

    // One for the process: several stores in it share the hash.
    private static readonly ulong Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    // A core is left to those who serve, and one thread that goes on does not have to be woken for each step.
    private static readonly BackgroundScheduler Background = new(Math.Max(1, Environment.ProcessorCount - 1));

    private readonly ConfigStore _config;
    private readonly ConnectionLimits _limits;
    private readonly ConnectionSet _connections;
    private readonly IIoEngine _io;
    private readonly Listener _listener;
    private readonly Admission _admission;

    private StoreServer(ConfigStore config, Listener listener, TimeProvider time, ILogger log, IPeerNetwork? network)
    {
        _config = config;
        _listener = listener;
        _limits = new ConnectionLimits(config);
        _connections = new ConnectionSet(_limits, time, log);
        Engine = new StoreEngine(
            new StoreEngineOptions
            {
                Shards = EngineSize.Shards(config),
                Databases = config.GetInt(StoreOptions.Databases),
                Checked = config.Get(StoreOptions.CheckedMemory),
                Config = config,
                Disk = new FileDisk(() => config.Get(StoreOptions.SnapshotDirectIo)),
                SnapshotLog = new SnapshotLog(log),
                Network = network ?? new SocketPeers(time),
                Seed = Seed,
            },
            time)
        {
            OnScriptLog = (level, text) => ServerLog.Script(log, level, text),
            OnBug = (command, bug) => ServerLog.CommandBug(log, command, bug),
        };
        _io = MakeIoEngine(config, Engine, time);
        config.SetAtStart(StoreOptions.IoEngine, _io.Name);
        _admission = new Admission(config, _connections, _io, Engine.Open, () => Engine.NeedsPassword, log);
        Graph = new FlowGraph(new FlowSettings { Time = time, Log = new FlowLog(log), Background = Background });
        Graph.Adopt("listener", Stage.Listener, Upstreams.None, _listener);
        Graph.Adopt("sessions", Stage.Sessions, [_listener], _connections);
        Graph.AddRelease("io-threads", Stage.Router, [_connections], _io.Dispose);
        Engine.Join(Graph, _connections);
    }

    /// <summary>The store.</summary>
    public StoreEngine Engine { get; }

    /// <summary>What has gone over the sockets so far.</summary>
    public NetworkReading Network => new(_connections.BytesReceived, _connections.BytesSent, _connections.Refused);

    /// <summary>Everything that runs.</summary>
    public FlowGraph Graph { get; }

    /// <summary>Where it listens, with the real ports.</summary>
    public IReadOnlyList<EndPoint> EndPoints => _listener.EndPoints;

    /// <summary>Name of the I/O engine.</summary>
    public string IoName => _io.Name;

    /// <summary>Opens the sockets and makes the store; nobody is served before <see cref="Start"/>. Other nodes are reached through <paramref name="network"/>, or over TCP.</summary>
    /// <exception cref="ListenException">A socket cannot be opened.</exception>
    public static StoreServer Open(ConfigStore config, TimeProvider time, ILogger log, IPeerNetwork? network = null)
    {
        Listener listener = Listener.Open(config, time, log);
        if (listener.EndPoints.OfType<IPEndPoint>().FirstOrDefault() is { } tcp)
            config.SetAtStart(StoreOptions.Port, tcp.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return new StoreServer(config, listener, time, log, network);
    }

    /// <summary>Serves clients.</summary>
    public void Start()
    {
        _io.Start();
        _listener.Start(_admission.Admit);
    }

    /// <summary>Runs the graph's shutdown plan, within the deadlines of the options; <paramref name="now"/> gives stages hardly any time to drain.</summary>
    public Task<StopReport> StopAsync(bool now)
    {
        TimeSpan ofSave = TimeSpan.FromSeconds(_config.Get(StoreOptions.ShutdownSaveTimeout));
        return Graph.StopAsync(new StopOptions
        {
            StageDeadline = now ? StageDeadlineNow : TimeSpan.FromMilliseconds(_config.Get(StoreOptions.ShutdownStageDeadlineMs)),
            StageDeadlines = new Dictionary<Stage, TimeSpan> { [Stage.FinalSnapshot] = ofSave },
            Deadline = TimeSpan.FromSeconds(_config.Get(StoreOptions.ShutdownTimeout)) + ofSave,
        });
    }

    public void Dispose()
    {
        _connections.Dispose();
        _limits.Dispose();
    }

    private static IIoEngine MakeIoEngine(ConfigStore config, StoreEngine engine, TimeProvider time)
    {
        IoWaits waits = new(
            TimeSpan.FromMicroseconds(config.Get(StoreOptions.BusyPollMicroseconds)),
            TimeSpan.FromMicroseconds(config.Get(StoreOptions.IoGatherMicroseconds)),
            thread => new IdleSlice(engine.Shards, thread));
        return IoEngines.Make(config.Get(StoreOptions.IoEngine), EngineSize.IoThreads(config), waits, time);
    }
}
