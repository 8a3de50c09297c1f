using System.Net;
using System.Text;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Protocol.Client;

[TestClass]
public sealed class PipelineRunnerTests : BatchRunnerContract
{
    protected override IBatchRunner Connect(EndPoint endPoint, int connections, IReadOnlyList<ReadOnlyMemory<byte>> batches, int repliesPerBatch)
        => PipelineRunner.Connect(endPoint, connections, batches, repliesPerBatch, TimeProvider.System);

    [TestMethod]
    public async Task BytesThatAreSkippedLeaveTheRepliesBehindThem()
    {
        const int Echoes = 20_000;
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        using PipelineConnection connection = new(redis.EndPoint);
        connection.Send(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("ECHO hello\r\n", Echoes)) + "NONSENSE\r\n"));
        Assert.AreEqual(0, connection.Receive(1));
        connection.Skip((Echoes - 1) * "$5\r\nhello\r\n".Length);
        Assert.AreEqual(1, connection.Receive(1), "the error is the next reply");
        Assert.IsFalse(connection.HasMore);
    }

    [TestMethod]
    public void HistogramKnowsPercentilesToOnePercent()
    {
        LatencyHistogram histogram = new();
        Assert.AreEqual(0, histogram.PercentileNs(99));
        LatencyHistogram half = new();
        for (long i = 1; i <= 100_000; i++)
            (i % 2 == 0 ? histogram : half).RecordNs(i * 1000);
        histogram.Add(half);
        Assert.AreEqual(100_000, histogram.Count);
        Assert.AreEqual(100_000_000, histogram.MaxNs);
        Assert.AreEqual(50_000_500, histogram.MeanNs, 1);
        foreach (double percent in (double[])[0.001, 1, 50, 90, 99, 99.9, 100])
            Assert.AreEqual(percent * 1_000_000, histogram.PercentileNs(percent), percent * 10_000);

        histogram.Clear();
        foreach (long value in (long[])[0, 1, 127, 128, 255, 256, 1L << 40, long.MaxValue])
        {
            histogram.RecordNs(value);
            Assert.AreEqual(value, histogram.PercentileNs(100), value / 100.0);
        }
    }
}
