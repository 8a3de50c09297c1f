using System.Security.Cryptography;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Pipeline.Peers;
using DragonflyFlow.Pipeline.PubSub;
using DragonflyFlow.Pipeline.Scripting;
using DragonflyFlow.Pipeline.Security;
using DragonflyFlow.Pipeline.Snapshots;
using DragonflyFlow.Pipeline.Tracking;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Pipeline.Waiting;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// The store without its sockets: shards, router, command table, clients. A server puts listeners before it; tests and benchmarks call it in process.
/// </summary>
public sealed class StoreEngine : IDisposable
{
    private const int RunIdLength = 40;

    private readonly CommandStats _localStats;
    private readonly Lock _localStatsLock = new();
    private long _bugs;
    private volatile bool _notifiesOfKeys;
    private bool _isLoading;

    /// <summary>Makes the shards, empty and idle.</summary>
    public StoreEngine(StoreEngineOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Shards, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Shards, StoreEngineOptions.ShardsMax);
        Options = options;
        Time = time;
        Clock = new StoreClock(time);
        KeyHash.Seed(options.Seed);
        Commands = new CommandTable(CommandFamilies.All);
        _localStats = new CommandStats(Commands.ById.Count, time);
        Meter = new StoreMeter(this);
        Shards = new ShardBlock[options.Shards];
        for (int i = 0; i < Shards.Length; i++)
        {
            Keyspace keyspace = new(new KeyspaceOptions { Index = i, Databases = options.Databases, Seed = options.Seed, Checked = options.Checked });
            Shards[i] = new ShardBlock(keyspace, Commands.ById.Count, time, Clock);
        }

        AllShards = Shards.Length == 64 ? ulong.MaxValue : (1UL << Shards.Length) - 1;
        Concurrency = (options.Concurrency ?? PolicyOf(Config))(Shards);
        Users = new AclUsers(this);
        AclLog = new AclLog(this);
        Clients = new ClientRegistry(this);
        Pause = new ClientPause(time, Clock);
        Monitors = new MonitorFeed(time);
        Scripts = new ScriptEngine(this);
        Tracking = new TrackingHub(this);
        Journals = new StoreJournals(time);
        Slowlog = new Slowlog(time);
        StartedAtMs = NowMs();
        RunId = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes($"{options.Seed} {StartedAtMs}")))[..RunIdLength];
        if (Config.Get(StoreOptions.ClusterMode) != ClusterMode.None)
            Cluster = new ClusterNode(this);
        FollowOptions();
    }

    /// <summary>What the store was made with.</summary>
    public StoreEngineOptions Options { get; }

    /// <summary>The clock of everything in the store.</summary>
    public TimeProvider Time { get; }

    /// <summary>Unix time at the cost of a timestamp.</summary>
    public StoreClock Clock { get; }

    /// <summary>The shards by number.</summary>
    public ShardBlock[] Shards { get; }

    /// <summary>A bit for each shard.</summary>
    public ulong AllShards { get; }

    /// <summary>All commands.</summary>
    public CommandTable Commands { get; }

    /// <summary>How work over several shards is made atomic.</summary>
    public IConcurrencyControl Concurrency { get; }

    /// <summary>Who may come in, and what they may do.</summary>
    internal AclUsers Users { get; }

    /// <summary>What was denied.</summary>
    internal AclLog AclLog { get; }

    /// <summary>The users in a file; null for a store without a disk or a graph.</summary>
    internal AclFile? AclFile { get; private set; }

    /// <summary>The clients.</summary>
    public ClientRegistry Clients { get; }

    /// <summary>Clients that wait for a key.</summary>
    public BlockedClients BlockedClients { get; } = new();

    /// <summary>The store as a node of a cluster; null without cluster mode, which is what every command checks.</summary>
    public ClusterNode? Cluster { get; }

    /// <summary>Channels and who listens.</summary>
    internal PubSubHub PubSub { get; } = new();

    /// <summary>Lua scripts.</summary>
    internal ScriptEngine Scripts { get; }

    /// <summary>Clients that are told of changes of what they have read.</summary>
    internal TrackingHub Tracking { get; }

    /// <summary>The changes of all shards, for those who want them.</summary>
    internal StoreJournals Journals { get; }

    /// <summary>Who watches all commands.</summary>
    internal MonitorFeed Monitors { get; }

    /// <summary>CLIENT PAUSE.</summary>
    public ClientPause Pause { get; }

    /// <summary>Slow commands.</summary>
    public Slowlog Slowlog { get; }

    /// <summary>Events that took long.</summary>
    public LatencyMonitor Latency { get; } = new();

    /// <summary>Rates and peaks.</summary>
    public StoreMeter Meter { get; }

    /// <summary>Saving and loading; null for a store without a disk or a graph.</summary>
    public SnapshotService? Snapshots { get; private set; }

    /// <summary>Whether data is being loaded: commands that need some are answered -LOADING.</summary>
    public bool IsLoading
    {
        get => Volatile.Read(ref _isLoading);
        internal set => Volatile.Write(ref _isLoading, value);
    }

    /// <summary>The process that runs the store; null in tests without one.</summary>
    public IStoreHost? Host { get; set; }

    /// <summary>How the process before this one stopped; null if that is not known.</summary>
    public LastStop? LastStop { get; set; }

    /// <summary>Told of an exception that a handler threw, with the command's name; any thread. The client has an error reply.</summary>
    public Action<string, Exception>? OnBug { get; set; }

    /// <summary>Told of redis.log of scripts: level 0 (debug) to 3 (warning) and the text; any thread.</summary>
    public Action<int, string>? OnScriptLog { get; set; }

    /// <summary>Exceptions that handlers have thrown: zero, or there is a bug.</summary>
    public long Bugs => Interlocked.Read(ref _bugs);

    /// <summary>Unix milliseconds at which the store was made.</summary>
    public long StartedAtMs { get; }

    /// <summary>40 hexadecimal digits that tell this run of the store from others.</summary>
    public string RunId { get; }

    /// <summary>The options' values.</summary>
    public ConfigStore Config => Options.Config;

    /// <summary>The graph that the shards are part of; null in tests that drive the shards alone.</summary>
    public FlowGraph? Graph { get; private set; }

    /// <summary>What the options say of eviction.</summary>
    public EvictionTarget Evicts => Config.Get(StoreOptions.MaxMemoryPolicy) switch
    {
        EvictionPolicy.NoEviction => Config.Get(StoreOptions.CacheMode) ? EvictionTarget.AnyKey : EvictionTarget.None,
        EvictionPolicy.VolatileTtl => EvictionTarget.SoonestExpiring,
        EvictionPolicy.VolatileLru or EvictionPolicy.VolatileLfu or EvictionPolicy.VolatileRandom => EvictionTarget.Expiring,
        _ => EvictionTarget.AnyKey,
    };

    /// <summary>Whether clients that do not say who they are must give a password, or are not let in at all.</summary>
    public bool NeedsPassword => Users.Default.NeedsPassword;

    /// <summary>Unix milliseconds now.</summary>
    public long NowMs() => Clock.NowMs();

    /// <summary>Opens a session for a connection.</summary>
    public Session Open(ISessionOwner owner, SessionPeer peer) => new(this, owner, peer);

    /// <summary>
    /// Gives the shards, their upkeep and the release of their memory their places in the graph; <paramref name="from"/> is what sends commands.
    /// </summary>
    public void Join(FlowGraph graph, params IFlowBlock[] from)
    {
        ArgumentNullException.ThrowIfNull(graph);
        Graph = graph;
        ExpiryCycle expiry = ExpiryCycle.AddTo(graph, this);
        ChunkCycle chunks = ChunkCycle.AddTo(graph, this);
        Snapshots = Options.Disk is { } disk ? SnapshotService.AddTo(graph, this, disk, Options.SnapshotLog, from) : null;
        AclFile = Options.Disk is { } files ? AclFile.AddTo(graph, this, files, Upstreams.Of(from)) : null;
        IFlowBlock[] migrations = Cluster is { IsReal: true } ? [Cluster.Streams.Join(graph, from)] : [];
        IFlowBlock[] feeders = [.. from, expiry.Ticker, chunks.Ticker, .. Snapshots?.Blocks ?? [], .. migrations];
        foreach (ShardBlock shard in Shards)
            graph.Adopt($"shard-{shard.Index}", Stage.ShardExecutors, Upstreams.Of(feeders), shard);
        graph.AddRelease("shard-memory", Stage.Memory, Upstreams.Of(Shards), Dispose);
        expiry.Start();
        chunks.Start();
    }

    /// <summary>Before the first client: the users of the file, if the options name one.</summary>
    /// <exception cref="InvalidDataException">It cannot be read, or a line of it is wrong: nobody is let in by rules that were not meant.</exception>
    public async Task LoadUsersAsync()
    {
        if (AclFile is { IsNamed: true } file && await file.LoadAsync() is { } problem)
            throw new InvalidDataException(problem);
    }

    /// <summary>Runs <paramref name="action"/> on every shard, as a message of its own on each, not at one moment on all.</summary>
    public void PostToShards(Action<ShardBlock> action)
    {
        // A shard that has completed needs to be told nothing any more.
        foreach (ShardBlock shard in Shards)
            _ = shard.Post(new ShardAction(action));
        Resumptions.Flush();
    }

    /// <summary>As <see cref="PostToShards(Action{ShardBlock})"/>, on the shards of a mask.</summary>
    internal void PostToShards(ulong mask, Action<ShardBlock> action)
    {
        for (ulong rest = mask; rest != 0; rest &= rest - 1)
            _ = Shards[System.Numerics.BitOperations.TrailingZeroCount(rest)].Post(new ShardAction(action));
        Resumptions.Flush();
    }

    /// <summary>Frees the shards' memory. The shards must have completed; refused while a lease is live.</summary>
    public void Dispose()
    {
        Pause.Dispose();
        Scripts.Dispose();
        foreach (ShardBlock shard in Shards)
            shard.Keyspace.Dispose();
    }

    /// <summary>Runs <paramref name="read"/> on the counters of commands that ran without a shard.</summary>
    public void ReadLocalStats(Action<CommandStats> read)
    {
        lock (_localStatsLock)
            read(_localStats);
    }

    // Each listener is told the value of the moment at once.
    private void FollowOptions()
    {
        EncodingLimits.Follow(Config);
        Config.Subscribe(StoreOptions.RequirePass, Users.SetDefaultPassword);
        Config.Subscribe(StoreOptions.AclLogMaxLength, length => AclLog.LengthMax = (int)length);
        Config.Subscribe(StoreOptions.AclPubSubDefault, channels => Users.AllowsAllChannels = channels == NewUserChannels.AllChannels);
        Config.Subscribe(StoreOptions.MaxMemory, _ => ApplyMemoryLimit());
        Config.Subscribe(StoreOptions.CacheMode, _ => ApplyMemoryLimit());
        Config.Subscribe(StoreOptions.MaxMemoryPolicy, _ => ApplyMemoryLimit());
        FollowLazyFreeing(StoreOptions.LazyEviction, LazyFreeing.Eviction);
        FollowLazyFreeing(StoreOptions.LazyExpiry, LazyFreeing.Expiry);
        FollowLazyFreeing(StoreOptions.LazyServerDelete, LazyFreeing.ServerDelete);
        FollowLazyFreeing(StoreOptions.LazyUserDelete, LazyFreeing.UserDelete);
        Config.Subscribe(StoreOptions.NotifyKeyspaceEvents, Notify);
        Config.Subscribe(StoreOptions.TrackingTableMaxKeys, Tracking.Limit);
        Config.Subscribe(StoreOptions.ShardReplicationBacklogBytes, _ => KeepLastChanges());
        Config.Subscribe(StoreOptions.ShardReplicationBacklogMs, _ => KeepLastChanges());
        Config.Subscribe(StoreOptions.SlowLogSlowerThan, us => Slowlog.ThresholdUs = us);
        Config.Subscribe(StoreOptions.LatencyTracking, TrackLatency);
        Config.Subscribe(StoreOptions.LatencyMonitorThreshold, ms => Latency.ThresholdMs = ms);
        Config.Subscribe(StoreOptions.SlowLogMaxLength, length => Slowlog.LengthMax = (int)Math.Min(length, int.MaxValue));
    }

    private static Func<ShardBlock[], IConcurrencyControl> PolicyOf(ConfigStore config) => config.Get(StoreOptions.TransactionPolicy) switch
    {
        TransactionPolicy.Vll => static shards => new Vll(shards),
        _ => static shards => new OrderedAcquisition(shards),
    };

    // Each shard keeps to its share: keys spread evenly, and a global count would be a line that all cores write.
    private void ApplyMemoryLimit()
    {
        long bytesMax = Config.Get(StoreOptions.MaxMemory);
        EvictionTarget evicts = Evicts;
        PostToShards(shard =>
        {
            shard.Keyspace.MemoryBytesMax = bytesMax == 0 ? 0 : Math.Max(1, bytesMax / Shards.Length);
            shard.Keyspace.Evicts = evicts;
        });
    }

    private void FollowLazyFreeing(StoreOption<bool> option, LazyFreeing removal) => Config.Subscribe(option, on => PostToShards(shard =>
    {
        Keyspace keyspace = shard.Keyspace;
        keyspace.LazyFreeing = on ? keyspace.LazyFreeing | removal : keyspace.LazyFreeing & ~removal;
    }));

    private void TrackLatency(bool on)
    {
        PostToShards(shard => shard.Stats.KeepsDurations = on);
        ReadLocalStats(stats => stats.KeepsDurations = on);
    }

    private void KeepLastChanges()
    {
        long bytesMax = Config.Get(StoreOptions.ShardReplicationBacklogBytes);
        TimeSpan ageMax = TimeSpan.FromMilliseconds(Config.Get(StoreOptions.ShardReplicationBacklogMs));
        PostToShards(shard => Journals.KeepLast(shard, bytesMax, ageMax));
    }

    /// <summary>Whether clients are told of changes of keys (notify-keyspace-events): then in the order of a command's keys, over all its shards. Any thread.</summary>
    internal bool NotifiesOfKeys => _notifiesOfKeys;

    // Each shard observes its own changes, while there is anything to tell.
    private void Notify(KeyspaceEvents events)
    {
        const KeyspaceEvents Ways = KeyspaceEvents.Keyspace | KeyspaceEvents.KeyEvent;
        bool tells = (events & Ways) != 0 && (events & ~Ways) != 0;
        _notifiesOfKeys = tells;
        PostToShards(shard => Notify(shard, events, tells));
    }

    private void Notify(ShardBlock shard, KeyspaceEvents events, bool tells)
    {
        if (tells && shard.Notifier is null)
        {
            shard.Notifier = new KeyspaceNotifier(PubSub);
            shard.Keyspace.Observe(shard.Notifier);
        }

        if (shard.Notifier is not { } notifier)
            return;
        notifier.Events = events;
        if (!tells && shard.Keyspace.Unobserve(notifier))
            shard.Notifier = null;
    }

    internal void ReportBug(CommandDescriptor descriptor, Exception bug)
    {
        Interlocked.Increment(ref _bugs);
        OnBug?.Invoke(descriptor.FullName, bug);
    }

    internal void CountLocal(CommandDescriptor descriptor, ReadOnlySpan<byte> reply, long ticks)
    {
        lock (_localStatsLock)
        {
            _localStats[descriptor.Id].Calls++;
            _localStats.AddTime(descriptor.Id, ticks);
            if (reply.Length > 0 && reply[0] == '-')
            {
                _localStats[descriptor.Id].Failed++;
                _localStats.CountError(reply);
            }
        }
    }

    internal void CountRejected(CommandDescriptor? descriptor, string error)
    {
        lock (_localStatsLock)
        {
            if (descriptor is not null)
                _localStats[descriptor.Id].Rejected++;
            _localStats.CountError(System.Text.Encoding.UTF8.GetBytes("-" + error));
        }
    }
}

/// <summary>What a store is made with.</summary>
public sealed record StoreEngineOptions
{
    /// <summary>Most shards there can be: a transaction names its shards by the bits of one word.</summary>
    public const int ShardsMax = 64;

    /// <summary>Shards, 1 to 64.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Databases of each shard.</summary>
    public int Databases { get; init; } = 16;

    /// <summary>Whether every access to the shards' memory is checked (tests).</summary>
    public bool Checked { get; init; }

    /// <summary>The options' values; defaults if none are given.</summary>
    public ConfigStore Config { get; init; } = new();

    /// <summary>Makes the concurrency control; null = the one that the option tx_policy names.</summary>
    public Func<ShardBlock[], IConcurrencyControl>? Concurrency { get; init; }

    /// <summary>Where snapshots are; null for a store that has none.</summary>
    public IDisk? Disk { get; init; }

    /// <summary>How other nodes are reached; null for a store that cannot move slots away.</summary>
    public IPeerNetwork? Network { get; init; }

    /// <summary>Who is told how snapshots fare.</summary>
    public ISnapshotLog SnapshotLog { get; init; } = ISnapshotLog.None;

    /// <summary>Seed of hashes and random numbers.</summary>
    public ulong Seed { get; init; } = 1;
}
