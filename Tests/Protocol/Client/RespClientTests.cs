using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Protocol.Client;

/// <summary>The client beside a real redis-server.</summary>
[TestClass]
public sealed class RespClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [TestMethod]
    public async Task ExecutesCommandsInBothProtocols()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        await using RespClient resp2 = await RespClient.ConnectAsync(redis.EndPoint);
        await using RespClient resp3 = await RespClient.ConnectAsync(redis.EndPoint, new RespClientOptions { Protocol = 3, ClientName = "three" });

        Assert.AreEqual(RespValue.Ok, await resp2.ExecuteAsync("SET", "k", "v\r\nä"));
        Assert.AreEqual(RespValue.OfBulk("v\r\nä"), await resp3.ExecuteAsync("GET", "k"));
        Assert.AreEqual(RespValue.NullBulk, await resp2.ExecuteAsync("GET", "none"));
        Assert.AreEqual(RespValue.Null, await resp3.ExecuteAsync("GET", "none"));
        Assert.AreEqual(RespValue.OfBulk("three"), await resp3.ExecuteAsync("CLIENT", "GETNAME"));
        Assert.AreEqual(RespValue.OfError("ERR syntax error"), await resp2.ExecuteAsync("SET", "k", "v", "x"));
        await resp2.ExecuteAsync("HSET", "h", "f", "1");
        Assert.AreEqual(RespValue.OfBulks("f", "1"), await resp2.ExecuteAsync("HGETALL", "h"));
        Assert.AreEqual(RespValue.OfMap((RespValue.OfBulk("f"), RespValue.OfBulk("1"))), await resp3.ExecuteAsync("HGETALL", "h"));
    }

    [TestMethod]
    public async Task PipelinesInTheOrderOfTheCalls()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        await using RespClient client = await RespClient.ConnectAsync(redis.EndPoint);
        Task<RespValue>[] calls = [.. Enumerable.Range(1, 5000).Select(_ => client.ExecuteAsync("INCR", "n"))];
        for (int i = 0; i < calls.Length; i++)
            Assert.AreEqual(RespValue.Of(i + 1), await calls[i]);
    }

    [TestMethod]
    public async Task EachOfManyCallersGetsItsOwnReply()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        await using RespClient client = await RespClient.ConnectAsync(redis.EndPoint);
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancel) =>
            Assert.AreEqual(RespValue.OfBulk($"caller {i}"), await client.ExecuteAsync(["ECHO", $"caller {i}"], cancel)));
    }

    [TestMethod]
    public async Task CarriesBigBinaryValues()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        await using RespClient client = await RespClient.ConnectAsync(redis.EndPoint);
        byte[] value = new byte[20_000_000];
        new Random(1).NextBytes(value);
        Assert.AreEqual(RespValue.Ok, await client.ExecuteAsync(["SET"u8.ToArray(), "big"u8.ToArray(), value]));
        Assert.IsTrue((await client.ExecuteAsync("GET", "big")).Bytes.Span.SequenceEqual(value));
    }

    [TestMethod]
    public async Task RawBytesAndCommandsKeepTheirReplies()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        await using RespClient client = await RespClient.ConnectAsync(redis.EndPoint, new RespClientOptions { WaitingMax = 4 });
        await client.SendAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i => $"ECHO {i}\r\n"))), replies: 1000);
        Task<RespValue> command = client.ExecuteAsync("PING");
        for (int i = 0; i < 1000; i++)
            Assert.AreEqual(RespValue.OfBulk($"{i}"), await client.ReceiveAsync(Deadline()));
        Assert.AreEqual(RespValue.OfSimple("PONG"), await command);
    }

    [TestMethod]
    public async Task PushesGoToTheirChannel()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        await using RespClient subscriber = await RespClient.ConnectAsync(redis.EndPoint, new RespClientOptions { Protocol = 3 });
        await using RespClient publisher = await RespClient.ConnectAsync(redis.EndPoint);
        await subscriber.SendAsync("SUBSCRIBE news\r\n"u8.ToArray());
        Assert.AreEqual("subscribe", (await subscriber.Pushes.ReadAsync(Deadline()))[0].Text);
        Assert.AreEqual(RespValue.Of(1), await publisher.ExecuteAsync("PUBLISH", "news", "hello"));
        RespValue message = await subscriber.Pushes.ReadAsync(Deadline());
        Assert.AreEqual(RespValue.OfPush(RespValue.OfBulk("message"), RespValue.OfBulk("news"), RespValue.OfBulk("hello")), message);
        Assert.AreEqual(RespValue.OfSimple("PONG"), await subscriber.ExecuteAsync("PING"), "commands go on beside pushes");
    }

    [TestMethod]
    public async Task AuthenticatesOrSaysWhyNot()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync("--requirepass", "secret");
        foreach (int protocol in (int[])[2, 3])
        {
            await using RespClient client = await RespClient.ConnectAsync(redis.EndPoint, new RespClientOptions { Protocol = protocol, Password = "secret" });
            Assert.AreEqual(RespValue.OfSimple("PONG"), await client.ExecuteAsync("PING"));
            RespErrorException refused = await Assert.ThrowsExactlyAsync<RespErrorException>(() =>
                RespClient.ConnectAsync(redis.EndPoint, new RespClientOptions { Protocol = protocol, User = "default", Password = "wrong" }));
            Assert.StartsWith("WRONGPASS", refused.Message);
        }
    }

    [TestMethod]
    public async Task ConnectsToUnixSockets()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        await using RespClient client = await RespClient.ConnectAsync(new UnixDomainSocketEndPoint(redis.UnixSocketPath));
        Assert.AreEqual(RespValue.OfSimple("PONG"), await client.ExecuteAsync("PING"));
    }

    [TestMethod]
    public async Task CancelledCallLeavesTheOthersInOrder()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        await using RespClient client = await RespClient.ConnectAsync(redis.EndPoint);
        await using RespClient other = await RespClient.ConnectAsync(redis.EndPoint);
        using CancellationTokenSource cancel = new();
        Task<RespValue> blocked = client.ExecuteAsync(["BLPOP", "list", "0"], cancel.Token);
        Task<RespValue> behind = client.ExecuteAsync("ECHO", "behind");
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => blocked);
        await other.ExecuteAsync("RPUSH", "list", "x");
        Assert.AreEqual(RespValue.OfBulk("behind"), await behind);
    }

    [TestMethod]
    public async Task EndOfTheServerEndsAllThatWaits()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        await using RespClient client = await RespClient.ConnectAsync(redis.EndPoint);
        await using RespClient other = await RespClient.ConnectAsync(redis.EndPoint);
        Task<RespValue> blocked = client.ExecuteAsync("BLPOP", "list", "0");
        Assert.AreEqual(RespValue.Of(1), await other.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal").WaitAsync(Patience));
        await Assert.ThrowsAsync<IOException>(() => blocked.WaitAsync(Patience));
        await Assert.ThrowsAsync<IOException>(() => client.ExecuteAsync("PING").WaitAsync(Patience));
        await Assert.ThrowsAsync<IOException>(() => client.SendAsync("PING\r\n"u8.ToArray()).WaitAsync(Patience));
        await Assert.ThrowsAsync<ChannelClosedException>(() => client.ReceiveAsync(Deadline()).AsTask());
        await Assert.ThrowsAsync<IOException>(() => client.Pushes.Completion.WaitAsync(Patience));
    }

    [TestMethod]
    public async Task DisposeEndsAllThatWaits()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        RespClient client = await RespClient.ConnectAsync(redis.EndPoint);
        Task<RespValue> blocked = client.ExecuteAsync("BLPOP", "list", "0");
        Task<RespValue> receiving = client.ReceiveAsync().AsTask();
        await client.DisposeAsync().AsTask().WaitAsync(Patience);
        await client.DisposeAsync().AsTask().WaitAsync(Patience);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => blocked.WaitAsync(Patience));
        await Assert.ThrowsAsync<ChannelClosedException>(() => receiving.WaitAsync(Patience));
        Assert.ThrowsExactly<ObjectDisposedException>(() => { _ = client.ExecuteAsync("PING"); });
    }

    private static CancellationToken Deadline() => new CancellationTokenSource(Patience).Token;
}
