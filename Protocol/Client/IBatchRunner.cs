namespace DragonflyFlow.Protocol.Client;

/// <summary>Load on a server in a closed loop: each connection has one batch of prebuilt requests under way, and replies are counted, not read.</summary>
public interface IBatchRunner : IDisposable
{
    /// <summary>Error replies seen.</summary>
    long Errors { get; }

    /// <summary>Sends <paramref name="batchCount"/> batches and records the latency of each, from its send to its last reply. Ends early, with nothing under way, when cancelled.</summary>
    /// <returns>Batches answered.</returns>
    long Run(long batchCount, LatencyHistogram latency, CancellationToken cancel = default);
}
