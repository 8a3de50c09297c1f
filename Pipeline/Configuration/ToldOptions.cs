namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>
/// Options of Redis that tools ask for and that mean nothing here: each has the one value that is true of this store, and no other is accepted, so that
/// nobody believes to have set something.
/// </summary>
internal static class ToldOptions
{
    /// <summary>Name, value, and why it is that.</summary>
    public static IReadOnlyList<(string Name, string Value, string Why)> Rows { get; } =
    [
        ("activedefrag", "no", "upkeep compacts always"),
        ("activerehashing", "yes", "tables grow a segment at a time"),
        ("dynamic_hz", "no", "hz is what it is set to"),
        ("maxmemory_samples", "5", "the table's order decides what is evicted"),
        ("maxmemory_eviction_tenacity", "10", "a write evicts what it needs"),
        ("maxmemory_clients", "0", "clients are not evicted"),
        ("lfu_log_factor", "10", "frequencies are not counted"),
        ("lfu_decay_time", "1", "frequencies are not counted"),
        ("list_compress_depth", "0", "lists are not compressed"),
        ("stop_writes_on_bgsave_error", "no", "a failed snapshot stops no write"),
        ("io_threads_do_reads", "yes", "every I/O thread reads"),
        ("daemonize", "no", "the process stays in the foreground"),
        ("supervised", "no", "nobody is told that the store is ready"),
        ("pidfile", "", "none is written"),
        ("always_show_logo", "no", "there is none"),
        ("tls_port", "0", "there is no TLS"),
        ("bind_source_addr", "", "no connection goes out"),
        ("replicaof", "", "there is no replication"),
        ("replica_read_only", "yes", "there is no replication"),
        ("replica_serve_stale_data", "yes", "there is no replication"),
        ("replica_priority", "100", "there is no replication"),
        ("min_replicas_to_write", "0", "there is no replication"),
        ("min_replicas_max_lag", "10", "there is no replication"),
        ("syslog_enabled", "no", "the log goes to the output or a file"),
    ];
}
