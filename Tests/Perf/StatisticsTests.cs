using DragonflyFlow.Perf.Statistics;

namespace DragonflyFlow.Tests.Perf;

[TestClass]
public sealed class StatisticsTests
{
    [TestMethod]
    [DataRow(new double[] { 5 }, 5.0)]
    [DataRow(new double[] { 9, 1, 5 }, 5.0)]
    [DataRow(new double[] { 9, 1, 4, 6 }, 5.0)]
    public void The_median_is_the_middle_of_the_sorted_samples(double[] samples, double expected)
    {
        Median median = Median.Of(samples);

        Assert.AreEqual(expected, median.Value);
        Assert.AreEqual(samples.Min(), median.Lowest);
        Assert.AreEqual(samples.Max(), median.Highest);
        Assert.AreEqual(samples.Length, median.Count);
    }

    [TestMethod]
    public void There_is_no_median_of_nothing() => Assert.ThrowsExactly<ArgumentException>(() => Median.Of([]));

    [TestMethod]
    [DataRow("a,b,c", new[] { "a", "b", "c" })]
    [DataRow("", new[] { "" })]
    [DataRow(",", new[] { "", "" })]
    [DataRow("\"a,b\",\"say \"\"x\"\"\"", new[] { "a,b", "say \"x\"" })]
    public void Csv_fields_are_split_and_joined_again(string line, string[] fields)
    {
        CollectionAssert.AreEqual(fields, Csv.Split(line));
        Assert.AreEqual(line, Csv.Join(fields));
    }

    [TestMethod]
    public void A_csv_line_that_ends_within_quotes_is_refused() => Assert.ThrowsExactly<FormatException>(() => Csv.Split("a,\"b"));
}
