using DragonflyFlow.Perf.Compare;

namespace DragonflyFlow.Tests.Perf;

[TestClass]
public sealed class TargetTests
{
    [TestMethod]
    [DataRow(Metric.Throughput, 2.2, TargetOutcome.Reached)]
    [DataRow(Metric.Throughput, 2.19, TargetOutcome.Missed)]
    [DataRow(Metric.Cpu, 2.2, TargetOutcome.Reached)]
    [DataRow(Metric.Cpu, 2.21, TargetOutcome.Missed)]
    [DataRow(Metric.P99, 0.1, TargetOutcome.Reached)]
    public void Throughput_has_a_floor_and_all_else_a_ceiling(Metric metric, double measured, TargetOutcome expected)
    {
        TargetVerdict verdict = new Target("get", 16, metric, 2.2, "redis").Judge([measured]);

        Assert.AreEqual(expected, verdict.Outcome);
        Assert.AreEqual(measured, verdict.Measured);
    }

    [TestMethod]
    public void Of_several_variants_of_a_rival_the_harder_one_counts()
    {
        Assert.AreEqual(1.1, new Target("get", 1, Metric.Throughput, 1.0, "garnet").Judge([1.6, 1.1]).Measured);
        Assert.AreEqual(0.9, new Target("get", 1, Metric.Cpu, 1.0, "garnet").Judge([0.4, 0.9]).Measured);
    }

    [TestMethod]
    public void Without_a_measurement_nothing_is_judged()
        => Assert.AreEqual(TargetOutcome.NotMeasured, new Target("get", 1, Metric.Cpu, 1.0, "garnet").Judge([]).Outcome);

    [TestMethod]
    public void Garnet_is_compared_with_the_unpinned_run_of_ours_and_redis_with_the_pinned_one()
    {
        SampleSet samples = new(
        [
            Samples.Of("ours", 1, 300), Samples.Of("ours-unpinned", 1, 200), Samples.Of("redis", 1, 100), Samples.Of("garnet", 1, 100), Samples.Of("garnet-inline", 1, 160),
        ]);
        Target[] targets = [new("get", 16, Metric.Throughput, 2.2, "redis"), new("get", 16, Metric.Throughput, 1.6, "garnet")];

        IReadOnlyList<TargetVerdict> verdicts = TargetTable.Judge(targets, samples);

        Assert.AreEqual(3.0, verdicts[0].Measured);
        Assert.AreEqual(1.25, verdicts[1].Measured);
        Assert.AreEqual(TargetOutcome.Reached, verdicts[0].Outcome);
        Assert.AreEqual(TargetOutcome.Missed, verdicts[1].Outcome);
    }

    [TestMethod]
    public void The_table_holds_each_target_once()
    {
        Assert.HasCount(TargetTable.Speed.Count, TargetTable.Speed.Select(target => (target.Test, target.Pipeline, target.Metric, target.Rival)).Distinct().ToList());
        Assert.AreEqual(0.45, TargetTable.Speed.Single(target => target is { Test: "set", Pipeline: 16, Metric: Metric.Cpu, Rival: "redis" }).Limit);
        Assert.AreEqual(1.8, TargetTable.Speed.Single(target => target is { Test: "zadd-10k", Pipeline: 16, Metric: Metric.Throughput }).Limit);
        Assert.AreEqual(2.0, TargetTable.Speed.Single(target => target is { Test: "get", Pipeline: 64, Metric: Metric.Throughput, Rival: "garnet" }).Limit);
    }

    [TestMethod]
    public void Every_target_names_a_test_that_exists()
    {
        HashSet<string> tests = [.. TestCatalog.Names.SelectMany(name => TestCatalog.Of(name, keys: 100, valueBytes: 8)).Select(test => test.Name)];

        foreach (Target target in TargetTable.Speed)
            Assert.Contains(target.Test, tests);
    }
}
