using DragonflyFlow.Perf.Load;

namespace DragonflyFlow.Tests.Perf;

[TestClass]
public sealed class RedisBenchmarkOutputTests
{
    private const string Header =
        "\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\",\"p95_latency_ms\",\"p99_latency_ms\",\"max_latency_ms\"\n";

    [TestMethod]
    public void Reads_the_columns_by_name()
    {
        LoadResult result = RedisBenchmarkOutput.Parse(Header + "\"set key:__rand_int__ xxx\",\"666666.69\",\"0.816\",\"0.272\",\"0.799\",\"1.199\",\"1.615\",\"2.951\"\n");

        Assert.AreEqual(new LoadResult(666666.69, 0.799, 1.615, 2.951), result);
    }

    [TestMethod]
    public void A_warning_before_the_header_does_not_disturb()
    {
        LoadResult result = RedisBenchmarkOutput.Parse("WARNING: Could not fetch server CONFIG\n" + Header + "\"PING\",\"1.5\",\"1\",\"1\",\"2\",\"3\",\"4\",\"5\"\n");

        Assert.AreEqual(new LoadResult(1.5, 2, 4, 5), result);
    }

    [TestMethod]
    public void A_quoted_comma_in_the_command_moves_no_column()
    {
        LoadResult result = RedisBenchmarkOutput.Parse(Header + "\"set a b,c\",\"10\",\"1\",\"1\",\"2\",\"3\",\"4\",\"5\"\n");

        Assert.AreEqual(10, result.OpsPerSecond);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("Error from server: ERR unknown command")]
    [DataRow(Header)]
    [DataRow(Header + "\"x\",\"1\",\"2\"\n")]
    [DataRow(Header + "\"x\",\"fast\",\"1\",\"1\",\"2\",\"3\",\"4\",\"5\"\n")]
    [DataRow(Header + "\"x\",\"inf\",\"1\",\"1\",\"2\",\"3\",\"4\",\"5\"\n")]
    [DataRow("\"test\",\"rps\"\n\"x\",\"1\"\n")]
    public void Output_without_figures_is_an_error_and_not_a_zero(string output) => Assert.ThrowsExactly<FormatException>(() => RedisBenchmarkOutput.Parse(output));
}
