using DragonflyFlow.Perf.Compare;
using DragonflyFlow.Perf.Load;
using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Tests.Perf;

[TestClass]
public sealed class SampleSetTests
{
    [TestMethod]
    public void A_ratio_is_the_median_of_pairs_and_not_the_ratio_of_medians()
    {
        // The machine is ten times slower in the second round, for both alike.
        SampleSet samples = new(
        [
            Samples.Of("redis", round: 1, ops: 100), Samples.Of("ours", round: 1, ops: 200),
            Samples.Of("redis", round: 2, ops: 10), Samples.Of("ours", round: 2, ops: 30),
            Samples.Of("redis", round: 3, ops: 100), Samples.Of("ours", round: 3, ops: 250),
        ]);

        Assert.AreEqual(new Median(2.5, 2.0, 3.0, 3), samples.RatioOf("ours", "redis", "get", 16, Metric.Throughput));
        Assert.AreEqual(new Median(200, 30, 250, 3), samples.MedianOf("ours", "get", 16, Metric.Throughput));
    }

    [TestMethod]
    public void A_round_that_misses_one_of_the_pair_does_not_count()
    {
        SampleSet samples = new([Samples.Of("redis", 1, 100), Samples.Of("ours", 2, 200), Samples.Of("redis", 3, 100), Samples.Of("ours", 3, 150)]);

        Assert.AreEqual(new Median(1.5, 1.5, 1.5, 1), samples.RatioOf("ours", "redis", "get", 16, Metric.Throughput));
        Assert.IsNull(samples.RatioOf("ours", "redis", "get", 64, Metric.Throughput));
        Assert.IsNull(samples.RatioOf("ours", "garnet", "get", 16, Metric.Throughput));
        Assert.IsNull(samples.MedianOf("garnet", "get", 16, Metric.Throughput));
    }

    [TestMethod]
    public void A_baseline_of_zero_gives_no_ratio()
    {
        SampleSet samples = new([Samples.Of("redis", 1, 100, cpuSeconds: 0), Samples.Of("ours", 1, 100, cpuSeconds: 1)]);

        Assert.IsNull(samples.RatioOf("ours", "redis", "get", 16, Metric.Cpu));
    }

    [TestMethod]
    public void Cpu_is_that_of_a_million_operations()
    {
        Sample sample = Samples.Of("ours", 1, ops: 1, cpuSeconds: 0.5, requests: 250_000);

        Assert.AreEqual(2.0, Metric.Cpu.Of(sample), 1e-9);
    }

    [TestMethod]
    public void Cores_are_cpu_over_the_time_of_the_run()
    {
        Sample sample = Samples.Of("ours", 1, ops: 400_000, cpuSeconds: 0.5, requests: 250_000);

        Assert.AreEqual(0.8, Metric.Cores.Of(sample), 1e-9);
    }

    [TestMethod]
    public void A_line_of_samples_csv_has_a_field_for_each_heading()
    {
        Sample sample = new(3, "ours", true, "get", 64, 1000, new LoadResult(1234.5, 0.25, 1.5, 7)) { UserSeconds = 0.3, SystemSeconds = 0.1, BytesPerKey = 64.25 };

        CollectionAssert.AreEqual(
            new[] { "3", "ours", "1", "get", "64", "1000", "1234.5", "0.25", "1.5", "7", "0.3", "0.1", "400", "64.25", "0.4938" }, Csv.Split(sample.ToCsv()));
        Assert.HasCount(Csv.Split(Sample.CsvHeader).Count, Csv.Split(sample.ToCsv()));
    }
}
