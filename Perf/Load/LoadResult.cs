namespace DragonflyFlow.Perf.Load;

/// <summary>What a load generator saw: requests a second, and latencies from sending a pipeline to its replies (closed loop).</summary>
internal sealed record LoadResult(double OpsPerSecond, double P50Ms, double P99Ms, double MaxMs);
