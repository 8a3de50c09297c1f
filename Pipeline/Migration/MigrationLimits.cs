using DragonflyFlow.Pipeline.Configuration;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>How long each thing in a migration may take, and how much of it may be in memory.</summary>
internal sealed record MigrationLimits
{
    /// <summary>For a connection, and for each answer while a round begins.</summary>
    public TimeSpan Connect { get; init; }

    /// <summary>For the answer to ACK. Writes to the slots wait for twice as long, and are refused from then on until there is one (decision 82).</summary>
    public TimeSpan Finish { get; init; }

    /// <summary>Until the next round, and until the next attempt to finish.</summary>
    public TimeSpan Retry { get; init; }

    /// <summary>For one write to a connection.</summary>
    public TimeSpan Write { get; init; }

    /// <summary>For which a shard's intake waits for a slow flow before the round is given up.</summary>
    public TimeSpan Stall { get; init; }

    /// <summary>Bytes of a flow at which the shard's intake rests; the walk rests at an eighth of it.</summary>
    public long PauseBytes { get; init; }

    /// <summary>The share of a busy shard's time that the walk may take, 0 to 1.</summary>
    public double ShardShare { get; init; }

    /// <summary>For how long what a shard gives may gather before it is sent; where no command follows that sends it along, until the round looks for it.</summary>
    public TimeSpan Gathering { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Attempts to finish in one round.</summary>
    public int AttemptsMax { get; init; } = 20;

    /// <summary>As the options say now.</summary>
    public static MigrationLimits Of(ConfigStore config, int shards) => new()
    {
        Connect = Milliseconds(config.Get(StoreOptions.MigrationConnectionTimeoutMs)),
        Finish = Milliseconds(config.Get(StoreOptions.MigrationFinalizationTimeoutMs)),
        Retry = Milliseconds(config.Get(StoreOptions.MigrationRetryMs)),
        Write = Milliseconds(config.Get(StoreOptions.MigrationWriteTimeoutMs)),
        Stall = Milliseconds(config.Get(StoreOptions.MigrationStallMs)),
        PauseBytes = Math.Max(32L * FlowChunk.BytesFull, config.Get(StoreOptions.MigrationBufferBytes) / shards),
        ShardShare = config.Get(StoreOptions.MigrationShardShare) / 100.0,
    };

    private static TimeSpan Milliseconds(long count) => TimeSpan.FromMilliseconds(count);
}
