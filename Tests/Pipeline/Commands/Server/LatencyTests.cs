using DragonflyFlow.Pipeline.Commands.Server;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands.Server;

/// <summary>How long commands take, as LATENCY and INFO tell it.</summary>
[TestClass]
public sealed class LatencyTests
{
    [TestMethod]
    public void BucketsAreAnEighthOfAnOctaveAndInOrder()
    {
        int last = -1;
        for (long nanoseconds = 0; nanoseconds < 100_000; nanoseconds++)
        {
            int bucket = DurationHistogram.BucketOf(nanoseconds);
            Assert.IsTrue(bucket == last || bucket == last + 1, $"{nanoseconds} ns");
            last = bucket;
        }

        foreach (long nanoseconds in new[] { 1L, 7, 8, 1023, 1024, 1_000_000, 123_456_789_012, long.MaxValue })
        {
            DurationHistogram histogram = new();
            histogram.Add(DurationHistogram.BucketOf(nanoseconds));
            long told = histogram.Percentile(50);
            Assert.IsTrue(nanoseconds == long.MaxValue || (told >= nanoseconds && told <= nanoseconds + (nanoseconds / 8)), $"{nanoseconds} is told as {told}");
        }
    }

    [TestMethod]
    public void PercentilesAndCountsAreThoseOfWhatWasAdded()
    {
        DurationHistogram histogram = new();
        for (int microseconds = 1; microseconds <= 1000; microseconds++)
            histogram.Add(DurationHistogram.BucketOf(microseconds * 1000L));
        Assert.AreEqual(1000, histogram.Count);
        Assert.AreEqual(16, histogram.CountBelow(1 << 14));
        Assert.AreEqual(1000, histogram.CountBelow(1L << 50));
        Assert.AreEqual(500_000.0, histogram.Percentile(50), 500_000 / 8);
        Assert.AreEqual(990_000.0, histogram.Percentile(99), 990_000 / 8);
        Assert.IsLessThan(1200, histogram.Percentile(0));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void AHistogramCountsEveryCall(int shards)
    {
        using InProcessClient client = new(shards);
        for (int i = 0; i < 30; i++)
            client.Execute("SET", "k" + i, "v");
        client.Execute("MSET", "a", "1", "b", "2", "c", "3", "d", "4");
        client.Execute("CONFIG", "GET", "port");
        client.Pipeline(["MULTI"], ["SET", "k", "v"], ["PING"], ["EXEC"]);
        RespValue reply = client.Ask("LATENCY", "HISTOGRAM", "set", "MSET", "config", "ping", "nosuch", "hset");
        Assert.AreEqual("set mset config|get ping", string.Join(' ', reply.Items.Where((_, i) => i % 2 == 0).Select(name => name.Text)));
        Assert.AreEqual(31, Total(reply.Items[1]));
        Assert.AreEqual(1, Total(reply.Items[3]));
    }

    [TestMethod]
    public void NothingIsKeptWhereTrackingIsOff()
    {
        using InProcessClient client = new();
        client.Execute("CONFIG", "SET", "latency-tracking", "no");
        client.Execute("SET", "k", "v");
        Assert.AreEqual("*0\r\n", client.Execute("LATENCY", "HISTOGRAM"));
        client.Execute("CONFIG", "SET", "latency-tracking", "yes");
        client.Execute("SET", "k", "v");
        Assert.AreEqual(1, Total(client.Ask("LATENCY", "HISTOGRAM", "set").Items[1]));
        client.Execute("CONFIG", "RESETSTAT");
        Assert.AreEqual("*0\r\n", client.Execute("LATENCY", "HISTOGRAM", "set"));
    }

    [TestMethod]
    public async Task PercentilesAreSetAsInRedis()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        both.Check("CONFIG", "GET", "latency-tracking-info-percentiles");
        foreach (string value in new[] { "50 101", "x", "-1", "50 x", "", "0 100", "99.999 1.5" })
        {
            both.Check("CONFIG", "SET", "latency-tracking-info-percentiles", value);
            both.Check("CONFIG", "GET", "latency-tracking-info-percentiles");
        }

        both.Check("CONFIG", "GET", "latency-tracking");
        both.Check("LATENCY", "GRAPH", "nosuch");
        both.Check("LATENCY", "GRAPH");
        both.Check("LATENCY", "DOCTOR", "x");
        both.Check("LATENCY", "HISTORY", "nosuch");
        both.Check("LATENCY", "RESET", "nosuch");
        both.Check("LATENCY", "HISTOGRAM", "nosuch");
    }

    // What redis-server 7.0.15 draws of these samples.
    [TestMethod]
    public void AGraphIsDrawnAsRedisDrawsIt()
    {
        LatencyEvent item = new("command", [new LatencySample(100, 20), new LatencySample(101, 7)], 20);
        Assert.AreEqual(
            "command - high 20 ms, low 7 ms (all time high 20 ms)\n" + new string('-', 80) + "\n# \n| \n| \n|_\n  \n10\nss\n",
            LatencyGraph.Draw(item, nowSeconds: 101));
    }

    [TestMethod]
    public void SlowCommandsWithoutAShardAreInTheSlowLogAndPasswordsAreNot()
    {
        using InProcessClient client = new();
        client.Execute("CONFIG", "SET", "slowlog-log-slower-than", "0");
        client.Execute("COMMAND", "COUNT");
        client.Execute("CONFIG", "SET", "requirepass", "secret");
        client.Execute("AUTH", "secret");
        string log = client.Execute("SLOWLOG", "GET");
        StringAssert.Contains(log, "COUNT", StringComparison.Ordinal);
        StringAssert.Contains(log, "(redacted)", StringComparison.Ordinal);
        Assert.IsFalse(log.Contains("secret", StringComparison.Ordinal), log);
    }

    // calls N histogram_usec { bound count ... }: the last count is that of all.
    private static long Total(RespValue histogram)
    {
        Assert.AreEqual("calls", histogram.Items[0].Text);
        Assert.AreEqual(histogram.Items[1].Text, histogram.Items[3].Items[^1].Text);
        return histogram.Items[1].Integer;
    }
}
