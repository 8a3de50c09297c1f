using DragonflyFlow.Perf.Load;

namespace DragonflyFlow.Perf.Snapshots;

/// <summary>What loads a server in a closed loop while it serves, and while it saves.</summary>
internal interface ISnapshotLoad : IDisposable
{
    /// <summary>Warms the server, and gets ready to load it for about so long.</summary>
    Task PrepareAsync(TimeSpan span, CancellationToken cancellation);

    /// <summary>Gets ready to load the server while it makes a snapshot. Who has to know beforehand how many requests that will be makes one (<paramref name="snapshot"/>) first; what that was like, or null.</summary>
    Task<FirstSnapshot?> PrepareAsync(SnapshotWatch snapshot, CancellationToken cancellation);

    /// <summary>Loads the server, until it is cancelled or has sent what it was prepared for.</summary>
    Task<LoadResult> RunAsync(CancellationToken until);
}

/// <summary>A snapshot that came before the one that was measured.</summary>
/// <param name="Seconds">How long it took.</param>
/// <param name="OpsPerSecond">Commands that the server processed meanwhile, by its own count; null if it keeps none.</param>
internal sealed record FirstSnapshot(double Seconds, double? OpsPerSecond);
