using DragonflyFlow.Pipeline.Snapshots.Modes;
using DragonflyFlow.Storage.Formats.Df;

namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>
/// The one table of options. The command line (--name), the environment (DFLOW_NAME), appsettings.json, CONFIG GET/SET and --help are all derived from it.
/// Names are Redis's where Redis has the option, else Dragonfly's; every name is understood with dashes and with underscores.
/// </summary>
public static class StoreOptions
{
    private const string Network = "Network";
    private const string Access = "Access and limits of clients";
    private const string Engine = "Threads and engine";
    private const string Memory = "Memory and expiry";
    private const string Encodings = "Encodings of small containers";
    private const string Files = "Files";
    private const string Diagnostics = "Log and diagnostics";
    private const string InCluster = "Cluster";
    private const string Stopping = "Stopping";
    private const string OnlyTold = "Told to clients that ask, with this value alone";

    private static readonly List<OptionDescriptor> Table = [];

    /// <summary>TCP port; 0 picks a free one, -1 none.</summary>
    public static readonly StoreOption<long> Port =
        AtStart("port", Int(-1, 65535), 6379, Network, "TCP port to listen on; 0 picks a free one, -1 listens on no TCP port");

    /// <summary>Addresses; '*' is all IPv4, '::*' all IPv6; a leading '-' means that it may be missing.</summary>
    public static readonly StoreOption<IReadOnlyList<string>> Bind =
        AtStart("bind", new TextListKind(), ["127.0.0.1", "-::1"], Network, "addresses to listen on; * all IPv4, ::* all IPv6, a leading - if it may be missing");

    /// <summary>Path of the Unix socket; empty for none.</summary>
    public static readonly StoreOption<string> UnixSocket =
        AtStart("unixsocket", new TextKind(), "", Network, "path of a Unix socket to listen on; empty for none");

    /// <summary>Permissions of the Unix socket.</summary>
    public static readonly StoreOption<long> UnixSocketPermissions =
        AtStart("unixsocketperm", new IntegerKind(0, 511, "octal", numberBase: 8), 0, Network, "permissions of the Unix socket; 0 leaves the umask's");

    /// <summary>Length of the listen queue.</summary>
    public static readonly StoreOption<long> TcpBacklog = AtStart("tcp_backlog", Int(1), 511, Network, "connections that may wait to be accepted");

    /// <summary>Seconds between keep-alive probes.</summary>
    public static readonly StoreOption<long> TcpKeepAlive = Add("tcp_keepalive", Seconds(), 300, Network, "seconds between keep-alive probes; 0 sends none");

    /// <summary>Password of the default user.</summary>
    public static readonly StoreOption<string> RequirePass = Register(
        i => new StoreOption<string>(i, "requirepass", new TextKind(), "", Access, "password of the default user; empty for none") { IsSecret = true });

    /// <summary>File of users.</summary>
    public static readonly StoreOption<string> AclFile =
        AtStart("aclfile", new TextKind(), "", Access, "file of users, read at the start and by ACL LOAD, written by ACL SAVE; empty for none");

    /// <summary>Denials that are kept.</summary>
    public static readonly StoreOption<long> AclLogMaxLength = Add("acllog_max_len", Int(0, int.MaxValue), 128, Access, "denials that ACL LOG keeps");

    /// <summary>Channels of new users.</summary>
    public static readonly StoreOption<NewUserChannels> AclPubSubDefault = Add(
        "acl_pubsub_default", new ChoiceKind<NewUserChannels>("resetchannels", "allchannels"), NewUserChannels.ResetChannels, Access, "channels that a new user may use at first");

    /// <summary>Whether only loopback clients are served as long as there is no password.</summary>
    public static readonly StoreOption<bool> ProtectedMode =
        Add("protected_mode", new BooleanKind(), true, Access, "serve loopback clients only, as long as there is no password");

    /// <summary>Connections at the same time.</summary>
    public static readonly StoreOption<long> MaxClients = Add("maxclients", Int(1, uint.MaxValue), 10000, Access, "connections at the same time");

    /// <summary>Seconds after which an idle client is disconnected.</summary>
    public static readonly StoreOption<long> Timeout = Add("timeout", Seconds(), 0, Access, "seconds after which an idle client is disconnected; 0 never");

    /// <summary>Output that may wait for a client.</summary>
    public static readonly StoreOption<ClientOutputLimits> ClientOutputBufferLimit = Add(
        "client_output_buffer_limit", new ClientOutputLimitsKind(), ClientOutputLimits.RedisDefaults, Access, "output that may wait for a client, by class");

    /// <summary>Input that may wait of a client.</summary>
    public static readonly StoreOption<long> ClientQueryBufferLimit =
        Add("client_query_buffer_limit", Bytes(1 << 20), 1L << 30, Access, "bytes of one client that may wait to be executed");

    /// <summary>Longest argument.</summary>
    public static readonly StoreOption<long> ProtoMaxBulkLength = Add("proto_max_bulk_len", Bytes(1 << 20), 512L << 20, Access, "longest argument of a command");

    /// <summary>Databases for SELECT.</summary>
    public static readonly StoreOption<long> Databases = Register(
        i => new StoreOption<long>(i, "dbnum", Int(1, 256), 16, Engine, "number of databases") { Change = OptionChange.AtStart, Aliases = ["databases"] });

    /// <summary>Threads that read sockets; 0 = chosen by the number of cores.</summary>
    public static readonly StoreOption<long> ProactorThreads =
        AtStart("proactor_threads", Int(0, 1024), 0, Engine, "threads that serve sockets; 0 = cores - 1, at least 1 and at most 8");

    /// <summary>Shards; 0 = as many as I/O threads.</summary>
    public static readonly StoreOption<long> NumShards = AtStart("num_shards", Int(0, 64), 0, Engine, "shards of the keyspace; 0 = one per I/O thread");

    /// <summary>Engine that serves sockets.</summary>
    public static readonly StoreOption<IoEngineChoice> IoEngine = AtStart(
        "io_engine", new ChoiceKind<IoEngineChoice>("auto", "uring", "epoll", "sockets"), IoEngineChoice.Auto, Engine,
        "how sockets are served; auto = uring where Linux (since 6.1) gives it, else epoll on Linux, else sockets");

    /// <summary>Microseconds an I/O thread polls before it sleeps.</summary>
    public static readonly StoreOption<long> BusyPollMicroseconds = AtStart(
        "busy_poll_usec", new IntegerKind(0, 1_000_000, "usec"), 0, Engine, "microseconds that an I/O thread polls before it sleeps; 0 sleeps at once");

    /// <summary>Microseconds that a request may be kept until others come.</summary>
    public static readonly StoreOption<long> IoGatherMicroseconds = AtStart(
        "io_gather_usec", new IntegerKind(0, 10_000, "usec"), 60, Engine,
        "microseconds that a request may be kept until others have come, while many connections are busy (uring, Linux since 6.12); 0 = not at all");

    /// <summary>How multi-shard commands get their shards.</summary>
    public static readonly StoreOption<TransactionPolicy> TransactionPolicy = AtStart(
        "tx_policy", new ChoiceKind<TransactionPolicy>("ordered", "vll"), Configuration.TransactionPolicy.Ordered, Engine, "how multi-shard commands get their shards");

    /// <summary>Milliseconds after which a script makes the store answer BUSY.</summary>
    public static readonly StoreOption<long> LuaTimeLimit = Add("lua_time_limit", Int(0), 5000, Engine, "milliseconds after which a running script makes the store answer BUSY");

    /// <summary>Milliseconds after which a script that has written nothing is ended.</summary>
    public static readonly StoreOption<long> LuaHardTimeLimit = Add(
        "lua_hard_time_limit", Int(0), 60_000, Engine, "milliseconds after which a script that has written nothing is ended; 0 = never");

    /// <summary>Instructions after which a script that has written nothing is ended.</summary>
    public static readonly StoreOption<long> LuaInstructionLimit = Add(
        "lua_instruction_limit", Int(0), 0, Engine, "instructions, counted by 100,000, after which a script that has written nothing is ended; 0 = never");

    /// <summary>Bytes that an interpreter may hold.</summary>
    public static readonly StoreOption<long> LuaMemoryLimit = Add("lua_memory_limit", Bytes(1 << 20), 1L << 30, Memory, "bytes that one interpreter of scripts may hold");

    /// <summary>What becomes of scripts that use keys they were not called with.</summary>
    public static readonly StoreOption<UndeclaredKeys> LuaUndeclaredKeys = Add(
        "lua_undeclared_keys", new ChoiceKind<UndeclaredKeys>("allow", "refuse"), UndeclaredKeys.Allow, Engine,
        "allow: scripts may use any key, and hold every shard unless it is certain that they do not need to; refuse: only the keys they are called with");

    /// <summary>Background rounds a second.</summary>
    public static readonly StoreOption<long> Hz = Add("hz", new IntegerKind(1, 500, clamp: true), 10, Engine, "background rounds a second");

    /// <summary>Bytes that data may take.</summary>
    public static readonly StoreOption<long> MaxMemory = Add("maxmemory", Bytes(0), 0, Memory, "bytes that the data may take; 0 = no limit");

    /// <summary>Whether keys are evicted at maxmemory.</summary>
    public static readonly StoreOption<bool> CacheMode = Add("cache_mode", new BooleanKind(), false, Memory, "evict keys at maxmemory instead of refusing writes, as maxmemory_policy allkeys-lru does");

    /// <summary>What is evicted at maxmemory.</summary>
    public static readonly StoreOption<EvictionPolicy> MaxMemoryPolicy = Add(
        "maxmemory_policy",
        new ChoiceKind<EvictionPolicy>(
            "volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl", "allkeys-lru", "allkeys-lfu", "allkeys-random", "noeviction"),
        EvictionPolicy.NoEviction, Memory, "what is evicted at maxmemory; lru, lfu and random are one: what lies lowest in the table, or any key with an expiry");

    /// <summary>Whether evicted values are freed in slices.</summary>
    public static readonly StoreOption<bool> LazyEviction = Lazy("lazyfree_lazy_eviction", true, "what is evicted");

    /// <summary>Whether expired values are freed in slices.</summary>
    public static readonly StoreOption<bool> LazyExpiry = Lazy("lazyfree_lazy_expire", true, "what expires");

    /// <summary>Whether replaced values are freed in slices.</summary>
    public static readonly StoreOption<bool> LazyServerDelete = Lazy("lazyfree_lazy_server_del", true, "what another value replaces");

    /// <summary>Whether DEL is UNLINK.</summary>
    public static readonly StoreOption<bool> LazyUserDelete = Lazy("lazyfree_lazy_user_del", true, "what DEL removes");

    /// <summary>Whether FLUSHALL is ASYNC.</summary>
    public static readonly StoreOption<bool> LazyUserFlush = Lazy("lazyfree_lazy_user_flush", false, "what FLUSHDB and FLUSHALL remove");

    /// <summary>Keys that are remembered for clients that track.</summary>
    public static readonly StoreOption<long> TrackingTableMaxKeys = Add(
        "tracking_table_max_keys", Int(0), 1_000_000, Memory, "keys that are remembered for clients that track what they read; 0 = no limit");

    /// <summary>Bytes of changes that each shard keeps.</summary>
    public static readonly StoreOption<long> ShardReplicationBacklogBytes = Add(
        "shard_repl_backlog_bytes", Bytes(0), 0, Memory, "bytes of its last changes that each shard keeps, up to 1 GiB; 0 = none");

    /// <summary>How long each shard keeps its changes.</summary>
    public static readonly StoreOption<long> ShardReplicationBacklogMs = Add(
        "shard_repl_backlog_time_ms", Int(1), 5000, Memory, "milliseconds for which each shard keeps its last changes");

    /// <summary>How hard expired keys are looked for.</summary>
    public static readonly StoreOption<long> ActiveExpireEffort = Add("active_expire_effort", Int(1, 10), 1, Memory, "how hard expired keys are looked for");

    /// <summary>Whether every access to native memory is checked.</summary>
    public static readonly StoreOption<bool> CheckedMemory =
        AtStart("checked_memory", new BooleanKind(), false, Memory, "check every access to native memory (slow, to find bugs)");

    /// <summary>Size of a list node: elements, or -1..-5 for 4..64 KiB.</summary>
    public static readonly StoreOption<long> ListMaxListpackSize = Register(
        i => new StoreOption<long>(i, "list_max_listpack_size", Int(int.MinValue, int.MaxValue), -2, Encodings, "elements of a list node; -1..-5 = 4..64 KiB")
        {
            Aliases = ["list-max-ziplist-size"],
        });

    /// <summary>Fields of a compact hash.</summary>
    public static readonly StoreOption<long> HashMaxListpackEntries = Compact("hash_max_listpack_entries", "hash-max-ziplist-entries", 512, "fields of a hash");

    /// <summary>Bytes of a field or value of a compact hash.</summary>
    public static readonly StoreOption<long> HashMaxListpackValue = Compact("hash_max_listpack_value", "hash-max-ziplist-value", 64, "bytes of a field or value of a hash");

    /// <summary>Members of a set of integers.</summary>
    public static readonly StoreOption<long> SetMaxIntsetEntries = Compact("set_max_intset_entries", null, 512, "members of a set of integers");

    /// <summary>Members of a compact set.</summary>
    public static readonly StoreOption<long> SetMaxListpackEntries = Compact("set_max_listpack_entries", null, 128, "members of a set");

    /// <summary>Bytes of a member of a compact set.</summary>
    public static readonly StoreOption<long> SetMaxListpackValue = Compact("set_max_listpack_value", null, 64, "bytes of a member of a set");

    /// <summary>Members of a compact sorted set.</summary>
    public static readonly StoreOption<long> SortedSetMaxListpackEntries =
        Compact("zset_max_listpack_entries", "zset-max-ziplist-entries", 128, "members of a sorted set");

    /// <summary>Bytes of a member of a compact sorted set.</summary>
    public static readonly StoreOption<long> SortedSetMaxListpackValue =
        Compact("zset_max_listpack_value", "zset-max-ziplist-value", 64, "bytes of a member of a sorted set");

    /// <summary>Bytes of a stream's node.</summary>
    public static readonly StoreOption<long> StreamNodeMaxBytes =
        Add("stream_node_max_bytes", Bytes(0), 4096, Encodings, "bytes of a node of a stream; 0 = 1 GiB");

    /// <summary>Entries of a stream's node.</summary>
    public static readonly StoreOption<long> StreamNodeMaxEntries =
        Add("stream_node_max_entries", Int(0), 100, Encodings, "entries of a node of a stream; 0 = no limit");

    /// <summary>Bytes of a sparse HyperLogLog.</summary>
    public static readonly StoreOption<long> HllSparseMaxBytes =
        Add("hll_sparse_max_bytes", Bytes(0), 3000, Encodings, "bytes up to which a HyperLogLog stays sparse");

    /// <summary>Directory of the store's files.</summary>
    public static readonly StoreOption<string> Directory = Register(
        i => new StoreOption<string>(i, "dir", new TextKind(), "", Files, "directory of the store's files; empty = the working directory") { Change = OptionChange.Protected });

    /// <summary>Name of the snapshot.</summary>
    public static readonly StoreOption<string> DbFileName = Register(
        i => new StoreOption<string>(i, "dbfilename", new FileNameKind(), "dump.rdb", Files, "name of the snapshot that is loaded at the start and written at the stop, {timestamp} in it for the time; empty = neither")
        { Change = OptionChange.Protected });

    /// <summary>Whether snapshots are sets of files of our own format.</summary>
    public static readonly StoreOption<bool> DfSnapshotFormat = Add(
        "df_snapshot_format", new BooleanKind(), false, Files, "write snapshots as a set of files, one for each shard, instead of one RDB file");

    /// <summary>Sets of our own format that are kept.</summary>
    public static readonly StoreOption<long> SnapshotKeep = Add(
        "snapshot_keep", Int(0), 2, Files, "sets of df_snapshot_format that are kept of each name, the newest included; 0 = all");

    /// <summary>How blocks of our own format are compressed.</summary>
    public static readonly StoreOption<DfCompression> CompressionMode = Add(
        "compression_mode", new ChoiceKind<DfCompression>("none", "multi_entry_lz4"), DfCompression.Lz4, Files, "how sets of df_snapshot_format are compressed");

    /// <summary>Whether the digest of each snapshot is found.</summary>
    public static readonly StoreOption<bool> SnapshotDigest = Add(
        "snapshot_digest", new BooleanKind(), false, Files, "read each record of a snapshot again and show its digest, that of DEBUG DIGEST at the cut, in INFO");

    /// <summary>Which moment a snapshot shows.</summary>
    public static readonly StoreOption<SnapshotMode> SnapshotMode = Add(
        "snapshot_mode", new ChoiceKind<SnapshotMode>("conservative", "relaxed", "stop_the_world", "fork"), default(SnapshotMode), Files,
        "conservative: the state at the begin; relaxed: that at the end, only in df_snapshot_format; stop_the_world, fork: for comparisons");

    /// <summary>What a fork costs, where it is modelled.</summary>
    public static readonly StoreOption<long> SnapshotForkCost = Add(
        "snapshot_fork_usec_per_gb", new IntegerKind(0, 10_000_000, "usec"), 70_000, Files, "microseconds that a fork takes for each GB in use, for snapshot_mode fork");

    /// <summary>Times of snapshots.</summary>
    public static readonly StoreOption<string> SnapshotCron = Add("snapshot_cron", new CronKind(), "", Files, "crontab expression (UTC) of the times at which a snapshot is made");

    /// <summary>Where a second copy of each snapshot goes.</summary>
    public static readonly StoreOption<string> SnapshotCopyDirectory = Register(
        i => new StoreOption<string>(i, "snapshot_copy_dir", new TextKind(), "", Files, "directory that a second copy of each snapshot is written to at the same time, as RDB; empty = none")
        { Change = OptionChange.Protected });

    /// <summary>The share of a busy shard's time that a snapshot may take.</summary>
    public static readonly StoreOption<long> SnapshotShardShare = Add(
        "snapshot_shard_share", new IntegerKind(1, 100, "percent"), 10, Files, "percent of a busy shard's time that a snapshot may take, besides what its I/O thread would sleep; a shard that nobody asks for anything gives all");

    /// <summary>Whether files of snapshots are written past the system's cache.</summary>
    public static readonly StoreOption<bool> SnapshotDirectIo = Add(
        "snapshot_direct_io", new BooleanKind(), true, Files, "write files of snapshots past the system's page cache (O_DIRECT), where the file system has that");

    /// <summary>Bytes of a snapshot that may be in memory.</summary>
    public static readonly StoreOption<long> SnapshotBufferBytes = Add(
        "snapshot_buffer_bytes", Bytes(0), 0, Files, "bytes of a snapshot that may wait for its file before commands wait for it, over all shards; 0 = as many as the data takes");

    /// <summary>Milliseconds that commands wait for a slow file before the snapshot fails.</summary>
    public static readonly StoreOption<long> SnapshotStallMs = Add(
        "snapshot_stall_ms", new IntegerKind(1, 600_000, "msec"), 1000, Files, "milliseconds that commands wait in all for a snapshot's slow file before the snapshot fails");

    /// <summary>Bytes a second that a snapshot writes at most.</summary>
    public static readonly StoreOption<long> SnapshotWriteLimit = Add(
        "snapshot_write_limit", Bytes(0), 0, Files, "bytes a second that a snapshot writes to each of its files at most; 0 = no limit");

    /// <summary>Whether strings in RDB files are compressed.</summary>
    public static readonly StoreOption<bool> RdbCompression = Add("rdbcompression", new BooleanKind(), true, Files, "compress strings in RDB files");

    /// <summary>Whether snapshots at the start are checked.</summary>
    public static readonly StoreOption<bool> RdbChecksum = Register(
        i => new StoreOption<bool>(i, "rdbchecksum", new BooleanKind(), true, Files, "told to clients that ask: files are always written with a checksum") { Change = OptionChange.AtStart });

    /// <summary>Redis's append only file: there is none.</summary>
    public static readonly StoreOption<string> AppendOnly =
        Add("appendonly", new TextKind("no", "argument must be 'no': there is no append only file"), "no", Files, "told to clients that ask");

    /// <summary>Redis's snapshot times.</summary>
    public static readonly StoreOption<SavePoints> Save =
        Add("save", new SavePointsKind(), SavePoints.None, Files, "make a snapshot after so many seconds if there were so many changes; pairs, '' for none");

    /// <summary>How much is logged.</summary>
    public static readonly StoreOption<LogVerbosity> LogLevel = Add(
        "loglevel", new ChoiceKind<LogVerbosity>("debug", "verbose", "notice", "warning"), LogVerbosity.Notice, Diagnostics, "how much is logged");

    /// <summary>Log file; empty for standard output.</summary>
    public static readonly StoreOption<string> LogFile = AtStart("logfile", new TextKind(), "", Diagnostics, "file to log to; empty = standard output");

    /// <summary>Microseconds from which on a command is slow.</summary>
    public static readonly StoreOption<long> SlowLogSlowerThan = Add(
        "slowlog_log_slower_than", new IntegerKind(-1, long.MaxValue, "usec"), 10000, Diagnostics, "microseconds from which on SLOWLOG keeps a command; -1 none");

    /// <summary>Entries of the slow log.</summary>
    public static readonly StoreOption<long> SlowLogMaxLength = Add("slowlog_max_len", Int(0), 128, Diagnostics, "commands that SLOWLOG keeps");

    /// <summary>Milliseconds from which on a latency event is kept.</summary>
    public static readonly StoreOption<long> LatencyMonitorThreshold = Add(
        "latency_monitor_threshold", new IntegerKind(0, long.MaxValue, "msec"), 0, Diagnostics, "milliseconds from which on LATENCY keeps an event; 0 none");

    /// <summary>Whether it is kept how long commands take.</summary>
    public static readonly StoreOption<bool> LatencyTracking = Add(
        "latency_tracking", new BooleanKind(), true, Diagnostics, "keep how long each command takes (LATENCY HISTOGRAM, INFO latencystats)");

    /// <summary>Percentiles of INFO latencystats.</summary>
    public static readonly StoreOption<IReadOnlyList<double>> LatencyTrackingInfoPercentiles = Add(
        "latency_tracking_info_percentiles", new PercentilesKind(), [50, 99, 99.9], Diagnostics, "percentiles that INFO latencystats shows");

    /// <summary>Keyspace notifications that are sent.</summary>
    public static readonly StoreOption<KeyspaceEvents> NotifyKeyspaceEvents =
        Add("notify_keyspace_events", new KeyspaceEventsKind(), KeyspaceEvents.None, Diagnostics, "classes of keyspace notifications, letters of Ag$lshzxeKEtmdn");

    /// <summary>Whether the store is a node of a cluster.</summary>
    public static readonly StoreOption<ClusterMode> ClusterMode = AtStart(
        "cluster_mode", new ChoiceKind<ClusterMode>("", "emulated", "yes"), Configuration.ClusterMode.None, InCluster,
        "empty = no cluster; emulated = one node that owns all slots; yes = a node that DFLYCLUSTER CONFIG tells what it owns");

    /// <summary>The node's name in a configuration.</summary>
    public static readonly StoreOption<string> ClusterNodeId =
        AtStart("cluster_node_id", new TextKind(), "", InCluster, "the node's name in a configuration, unique; empty = a random one");

    /// <summary>Address that an emulated cluster tells its clients.</summary>
    public static readonly StoreOption<string> ClusterAnnounceIp =
        Add("cluster_announce_ip", new TextKind(), "", InCluster, "address told to clients of an emulated cluster; empty = the one they have connected to");

    /// <summary>Port that an emulated cluster tells its clients.</summary>
    public static readonly StoreOption<long> AnnouncePort = Add("announce_port", Int(0, 65535), 0, InCluster, "port told to clients of an emulated cluster; 0 = port");

    /// <summary>Password for other nodes.</summary>
    public static readonly StoreOption<string> MasterAuth = Register(
        i => new StoreOption<string>(i, "masterauth", new TextKind(), "", InCluster, "password that this node gives to the nodes it moves slots to; empty for none") { IsSecret = true });

    /// <summary>User for other nodes.</summary>
    public static readonly StoreOption<string> MasterUser =
        Add("masteruser", new TextKind(), "", InCluster, "user that this node gives beside masterauth; empty for the default one");

    /// <summary>Milliseconds for the connections of a migration.</summary>
    public static readonly StoreOption<long> MigrationConnectionTimeoutMs = Add(
        "slot_migration_connection_timeout_ms", Milliseconds(), 2000, InCluster, "milliseconds that a target of a migration has to answer while a round begins");

    /// <summary>Milliseconds for the end of a migration.</summary>
    public static readonly StoreOption<long> MigrationFinalizationTimeoutMs = Add(
        "migration_finalization_timeout_ms", Milliseconds(), 10_000, InCluster, "milliseconds that the hand-over of slots may take, while writes to them wait");

    /// <summary>Milliseconds until a migration is tried again.</summary>
    public static readonly StoreOption<long> MigrationRetryMs = Add(
        "slot_migration_retry_ms", Milliseconds(), 500, InCluster, "milliseconds until a migration that failed, or its hand-over, is tried again");

    /// <summary>Milliseconds for one write of a migration.</summary>
    public static readonly StoreOption<long> MigrationWriteTimeoutMs = Add(
        "slot_migration_write_timeout_ms", Milliseconds(), 10_000, InCluster, "milliseconds that a target may take for one write of a flow");

    /// <summary>Milliseconds that commands wait for a migration.</summary>
    public static readonly StoreOption<long> MigrationStallMs = Add(
        "slot_migration_stall_ms", Milliseconds(), 1000, InCluster, "milliseconds that commands wait for a slow flow before the migration begins anew");

    /// <summary>Bytes of migrations that may wait.</summary>
    public static readonly StoreOption<long> MigrationBufferBytes = Add(
        "slot_migration_buffer_bytes", Bytes(1 << 20), 16L << 20, InCluster, "bytes of a migration that may wait for the target before commands wait for it, over all shards");

    /// <summary>The share of a busy shard's time that a migration's walk may take; afterwards the deletion of what has moved may take eight times as much (decision 84).</summary>
    public static readonly StoreOption<long> MigrationShardShare = Add(
        "slot_migration_shard_share", new IntegerKind(1, 100, "percent"), 2, InCluster, "percent of a busy shard's time that the walk of a migration may take; the deletion of slots that have left may take eight times as much");

    /// <summary>Seconds that a stop may take.</summary>
    public static readonly StoreOption<long> ShutdownTimeout = Add("shutdown_timeout", Seconds(), 10, Stopping, "seconds that an orderly stop may take as a whole");

    /// <summary>Milliseconds that one stage of a stop may take.</summary>
    public static readonly StoreOption<long> ShutdownStageDeadlineMs = Add(
        "shutdown_stage_deadline_ms", new IntegerKind(1, int.MaxValue, "msec"), 5000, Stopping, "milliseconds that one stage of a stop may take before it is forced");

    /// <summary>Seconds that the snapshot at the stop may take.</summary>
    public static readonly StoreOption<long> ShutdownSaveTimeout = Add(
        "shutdown_save_timeout", Seconds(), 600, Stopping, "seconds that the snapshot at the stop may take, beside the other stages");

    /// <summary>What is only told.</summary>
    public static readonly IReadOnlyList<StoreOption<string>> Told =
        [.. ToldOptions.Rows.Select(row => Add(row.Name, new TextKind(row.Value, $"argument must be '{row.Value}': {row.Why}"), row.Value, OnlyTold, row.Why))];

    /// <summary>All options, in the order of --help.</summary>
    public static IReadOnlyList<OptionDescriptor> All => Table;

    /// <summary>The option of this name, in any spelling; null if there is none.</summary>
    public static OptionDescriptor? Find(string name) => Table.Find(option => option.IsNamed(name));

    private static IntegerKind Int(long min, long max = long.MaxValue) => new(min, max);

    private static IntegerKind Milliseconds() => new(1, 3_600_000, "msec");

    private static IntegerKind Seconds() => new(0, int.MaxValue, "seconds");

    private static BytesKind Bytes(long min) => new(min, long.MaxValue);

    private static StoreOption<T> Add<T>(string name, OptionKind<T> kind, T value, string group, string doc)
        where T : notnull =>
        Register(index => new StoreOption<T>(index, name, kind, value, group, doc));

    private static StoreOption<T> AtStart<T>(string name, OptionKind<T> kind, T value, string group, string doc)
        where T : notnull =>
        Register(index => new StoreOption<T>(index, name, kind, value, group, doc) { Change = OptionChange.AtStart });

    private static StoreOption<bool> Lazy(string name, bool value, string what) =>
        Add(name, new BooleanKind(), value, Memory, $"free {what} in slices between commands, if it is big, instead of at once");

    private static StoreOption<long> Compact(string name, string? alias, long value, string what) => Register(
        index => new StoreOption<long>(index, name, Int(0), value, Encodings, $"{what} up to which it stays compact") { Aliases = alias is null ? [] : [alias] });

    private static StoreOption<T> Register<T>(Func<int, StoreOption<T>> make)
        where T : notnull
    {
        StoreOption<T> option = make(Table.Count);
        Table.Add(option);
        return option;
    }
}
