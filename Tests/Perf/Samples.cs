using DragonflyFlow.Perf.Compare;
using DragonflyFlow.Perf.Load;

namespace DragonflyFlow.Tests.Perf;

/// <summary>Made-up samples.</summary>
internal static class Samples
{
    public static Sample Of(string server, int round, double ops, double cpuSeconds = 1, long requests = 1000, string test = "get", int pipeline = 16, double p99Ms = 1)
        => new(round, server, Pinned: true, test, pipeline, requests, new LoadResult(ops, P50Ms: p99Ms / 2, p99Ms, MaxMs: p99Ms))
        {
            UserSeconds = cpuSeconds,
            SystemSeconds = 0,
            BytesPerKey = 100,
        };
}
