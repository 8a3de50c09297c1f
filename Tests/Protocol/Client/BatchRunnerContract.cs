using System.Net;
using System.Text;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Protocol.Client;

/// <summary>What every <see cref="IBatchRunner"/> does.</summary>
public abstract class BatchRunnerContract
{
    protected abstract IBatchRunner Connect(EndPoint endPoint, int connections, IReadOnlyList<ReadOnlyMemory<byte>> batches, int repliesPerBatch);

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(7, 100)]
    [DataRow(50, 20)]
    public async Task RunsEachBatchOnce(int connections, int batches)
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        ReadOnlyMemory<byte> increments = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("INCR n\r\n", 16)));
        ReadOnlyMemory<byte> errors = Encoding.ASCII.GetBytes("NONSENSE\r\n" + string.Concat(Enumerable.Repeat("INCR n\r\n", 15)));
        LatencyHistogram latency = new();
        using IBatchRunner runner = Connect(redis.EndPoint, connections, [increments, errors], 16);
        Assert.AreEqual(batches, runner.Run(batches, latency));
        Assert.AreEqual(batches, latency.Count);
        Assert.AreEqual(batches / 2, runner.Errors);
        await using RespClient client = await RespClient.ConnectAsync(redis.EndPoint);
        Assert.AreEqual(RespValue.OfBulk($"{(batches * 16) - (batches / 2)}"), await client.ExecuteAsync("GET", "n"));
    }

    [TestMethod]
    public async Task CancelLeavesNothingUnderWay()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        using CancellationTokenSource cancel = new();
        await cancel.CancelAsync();
        using IBatchRunner runner = Connect(redis.EndPoint, 3, ["PING\r\n"u8.ToArray()], 1);
        Assert.AreEqual(0, runner.Run(10, new LatencyHistogram(), cancel.Token));
        Assert.AreEqual(10, runner.Run(10, new LatencyHistogram()), "the connections go on");
    }

    [TestMethod]
    public async Task RequestsAndRepliesThatNoBufferHoldsAreCountedWhole()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        string big = new('x', 3_000_000);
        ReadOnlyMemory<byte> echo = Encoding.ASCII.GetBytes($"*2\r\n$4\r\nECHO\r\n${big.Length}\r\n{big}\r\n");
        using IBatchRunner runner = Connect(redis.EndPoint, 3, [echo, "NONSENSE\r\n"u8.ToArray()], 1);
        Assert.AreEqual(21, runner.Run(21, new LatencyHistogram()));
        Assert.AreEqual(10, runner.Errors);
    }
}
