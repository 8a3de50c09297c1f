using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Snapshots;
using DragonflyFlow.Protocol.Client;

namespace DragonflyFlow.Tests.Perf;

[TestClass]
public sealed class SnapshotTargetTests
{
    private static readonly SnapshotOptions Usual = new();

    [TestMethod]
    public void Our_figures_are_judged_by_their_medians_for_each_pipeline_depth()
    {
        SnapshotSample[] samples = [Sample(1, "ours", 1, kept: 0.9), Sample(2, "ours", 1, kept: 0.86), Sample(3, "ours", 1, kept: 0.1), Sample(1, "ours", 16, kept: 0.84), Sample(1, "redis", 1, kept: 0.1)];
        IReadOnlyList<SnapshotVerdict> verdicts = SnapshotTargets.Judge(Usual, samples, []);

        Assert.IsTrue(Of(verdicts, "throughput kept", 1).IsReached);
        Assert.AreEqual(0.86, Of(verdicts, "throughput kept", 1).Measured, 1e-9);
        Assert.IsFalse(Of(verdicts, "throughput kept", 16).IsReached);
    }

    [TestMethod]
    public void Duration_and_load_are_compared_with_redis_of_the_same_round()
    {
        SnapshotSample[] samples = [Sample(1, "ours", 1, seconds: 1), Sample(1, "redis", 1, seconds: 4), Sample(2, "ours", 1, seconds: 3)];
        LoadSample[] loads = [new(1, "ours", 1, 1.2), new(1, "redis", 1.5, 1.6)];
        IReadOnlyList<SnapshotVerdict> verdicts = SnapshotTargets.Judge(Usual, samples, loads);

        Assert.AreEqual(0.25, Of(verdicts, "duration / redis", 1).Measured);
        Assert.IsTrue(Of(verdicts, "duration / redis", 1).IsReached);
        Assert.AreEqual(1.5, Of(verdicts, "redis's load / ours", null).Measured);
        Assert.IsFalse(Of(verdicts, "redis's load / ours", null).IsReached);
    }

    [TestMethod]
    public void With_a_slow_sink_only_what_is_kept_is_judged()
    {
        IReadOnlyList<SnapshotVerdict> verdicts = SnapshotTargets.Judge(Usual with { SinkLimit = 5_000_000 }, [Sample(1, "ours", 16, kept: 0.91)], []);

        Assert.HasCount(1, verdicts);
        Assert.IsTrue(verdicts[0].IsReached);
    }

    private static SnapshotVerdict Of(IEnumerable<SnapshotVerdict> verdicts, string what, int? pipeline)
        => verdicts.Single(verdict => verdict.Target.What == what && verdict.Pipeline == pipeline);

    private static SnapshotSample Sample(int round, string server, int pipeline, double kept = 1, double seconds = 1)
        => new(round, server, pipeline, new LoadResult(1000, 1, 1, 1), new LoadResult(1000 * kept, 1, 1, 1))
        {
            Seconds = seconds,
            PingBefore = new LatencyHistogram(),
            Ping = new LatencyHistogram(),
            PingServed = new LatencyHistogram(),
            CoreStopMs = 0,
            ResidentBefore = 100,
            ResidentPeak = 101,
            FileBytes = 1,
        };
}
