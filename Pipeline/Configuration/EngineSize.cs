namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>How many threads and shards the options ask for on this machine (performance.md 2: more shards than I/O threads never helped).</summary>
public static class EngineSize
{
    private const int ThreadsMax = 8;

    /// <summary>Threads that serve sockets.</summary>
    public static int IoThreads(ConfigStore config)
    {
        ArgumentNullException.ThrowIfNull(config);
        int asked = config.GetInt(StoreOptions.ProactorThreads);
        return asked > 0 ? asked : Math.Clamp(Environment.ProcessorCount - 1, 1, ThreadsMax);
    }

    /// <summary>Shards of the keyspace.</summary>
    public static int Shards(ConfigStore config)
    {
        ArgumentNullException.ThrowIfNull(config);
        int asked = config.GetInt(StoreOptions.NumShards);
        return asked > 0 ? asked : IoThreads(config);
    }
}
