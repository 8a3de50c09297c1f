namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>Bound of the output that waits for one client: at once when over the hard bound, after some time over the soft one. 0 = no bound.</summary>
public readonly record struct OutputLimit(long HardBytes, long SoftBytes, long SoftSeconds);

/// <summary>The bounds of the three classes of clients (client-output-buffer-limit).</summary>
public sealed record ClientOutputLimits(OutputLimit Normal, OutputLimit Replica, OutputLimit PubSub)
{
    /// <summary>Redis's defaults: none for normal clients; 256 MiB, or 64 MiB for 60 s, for replicas; 32 MiB, or 8 MiB for 60 s, for subscribers.</summary>
    public static ClientOutputLimits RedisDefaults { get; } =
        new(default, new OutputLimit(256L << 20, 64L << 20, 60), new OutputLimit(32L << 20, 8L << 20, 60));
}
