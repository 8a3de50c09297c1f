using System.Globalization;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;
using DragonflyFlow.Tests.Support.Differential;

namespace DragonflyFlow.Tests.Pipeline.Commands;

/// <summary>Hash commands: replies beside redis-server, forms of RESP3, scans, random fields, events, allocation.</summary>
[TestClass]
public sealed class HashesTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task ScriptAnswersAsRedisDoes(int shards)
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        using InProcessClient ours = new(shards);
        await SameReplies.AssertAsync(redis, ours, [.. HashScripts.Errors(), .. HashScripts.Semantics()]);
    }

    [TestMethod]
    public async Task Resp3FormsAreThoseOfRedis()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        using InProcessClient ours = new();
        await SameReplies.AssertAsync(
            redis, ours, [["HELLO", "3"], .. HashScripts.Errors(), .. HashScripts.Semantics()], static (command, _, _) => command[0] == "HELLO");
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(4, 2)]
    public async Task RandomCommandsAnswerAsRedisDoes(int shards, int seed)
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        using InProcessClient ours = new(shards);
        await SameReplies.AssertAsync(redis, ours, [.. HashScripts.Random(seed, 6000)]);
    }

    [TestMethod]
    [DataRow(50)]
    [DataRow(5000)]
    public void ScanReturnsEveryField(int fields)
    {
        using InProcessClient client = new();
        Fill(client, fields);
        HashSet<string> seen = [];
        string cursor = "0";
        do
        {
            (cursor, List<string> elements) = Elements(client.Execute("HSCAN", "h", cursor, "COUNT", "100"));
            for (int i = 0; i < elements.Count; i += 2)
            {
                Assert.AreEqual("v" + elements[i][1..], elements[i + 1]);
                seen.Add(elements[i]);
            }
        }
        while (cursor != "0");
        Assert.HasCount(fields, seen);
    }

    [TestMethod]
    public void ScanCanLeaveOutValues()
    {
        using InProcessClient client = new();
        client.Execute("HSET", "h", "a", "1", "b", "2");
        Assert.AreEqual("*2\r\n$1\r\n0\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n", client.Execute("HSCAN", "h", "0", "NOVALUES"));
    }

    [TestMethod]
    [DataRow(40)]
    [DataRow(2000)]
    public void RandomFieldsAreDistinctUnlessAskedOtherwise(int fields)
    {
        using InProcessClient client = new();
        Fill(client, fields);
        foreach (int count in new[] { 1, 7, fields / 2, fields - 1, fields, fields + 10 })
        {
            List<string> picked = Array(client.Execute("HRANDFIELD", "h", Text(count)));
            Assert.HasCount(Math.Min(count, fields), picked);
            Assert.AreEqual(picked.Count, picked.Distinct().Count());
        }

        List<string> pairs = Array(client.Execute("HRANDFIELD", "h", "-500", "WITHVALUES"));
        Assert.HasCount(1000, pairs);
        for (int i = 0; i < pairs.Count; i += 2)
            Assert.AreEqual("v" + pairs[i][1..], pairs[i + 1]);
    }

    [TestMethod]
    public void RepliesOfManyPicksAreBounded()
    {
        using InProcessClient client = new();
        Fill(client, 3);
        Assert.AreEqual("-ERR the reply would be bigger than 512 MB\r\n", client.Execute("HRANDFIELD", "h", "-4000000000"));
        Assert.AreEqual("-ERR the reply would be bigger than 512 MB\r\n", client.Execute("HRANDFIELD", "h", "-9223372036854775807"));
    }

    [TestMethod]
    public void ChangesAreReportedAsRedisNamesThem()
    {
        using InProcessClient client = new();
        EventLog log = new(client);
        client.Execute("HSET", "h", "a", "1", "b", "2");
        client.Execute("HMSET", "h", "c", "1");
        client.Execute("HSETNX", "h", "a", "1");
        client.Execute("HSETNX", "h", "d", "1");
        client.Execute("HINCRBY", "h", "a", "1");
        client.Execute("HINCRBY", "h", "a", "x");
        client.Execute("HINCRBYFLOAT", "h", "a", "1");
        client.Execute("HDEL", "h", "none");
        client.Execute("HDEL", "h", "a", "b");
        client.Execute("HGETALL", "h");
        client.Execute("HDEL", "h", "c", "d");
        CollectionAssert.AreEqual(
            new[] { "hset h", "hset h", "hset h", "hincrby h", "hincrbyfloat h", "hdel h", "hdel h", "del h" }, log.Events);
    }

    [TestMethod]
    public void HotCommandsAllocateNothing()
    {
        using StoreEngine engine = new(new StoreEngineOptions(), TimeProvider.System);
        using InProcessClient client = new(engine);
        Fill(client, 3000);
        client.Execute("HSET", "small", "a", "1", "b", "2");
        AllocationProbe.AssertNothing(client.Engine, ["HSET", "h", "f7", "0123456789"], ["HSET", "h", "f7", "x"], ["HGET", "h", "f7"]);
        AllocationProbe.AssertNothing(client.Engine, ["HINCRBY", "h", "counter", "1000"], ["HDEL", "h", "counter"]);
        AllocationProbe.AssertNothing(client.Engine, ["HSET", "small", "a", "0123456789"], ["HINCRBY", "small", "b", "1"], ["HDEL", "small", "none"]);
        AllocationProbe.AssertNothing(client.Engine, ["HMGET", "h", "f1", "f2", "none"], ["HEXISTS", "h", "f1"], ["HLEN", "h"], ["HSTRLEN", "h", "f1"]);
        AllocationProbe.AssertNothing(client.Engine, ["HGETALL", "small"], ["HRANDFIELD", "h", "3"], ["HSCAN", "h", "0"]);
        AllocationProbe.AssertNothing(client.Engine, ["HPEXPIRE", "h", "1000000", "FIELDS", "1", "f9"], ["HPERSIST", "h", "FIELDS", "1", "f9"]);
    }

    private static void Fill(InProcessClient client, int fields)
    {
        for (int i = 0; i < fields; i++)
            client.Execute("HSET", "h", "f" + Text(i), "v" + Text(i));
    }

    private static (string Cursor, List<string> Elements) Elements(string reply)
    {
        int second = reply.IndexOf('*', 1);
        return (Array(reply[..second])[0], Array(reply[second..]));
    }

    // The bulk strings of a flat array.
    private static List<string> Array(string reply)
        => [.. reply.Split("\r\n").Where(line => line.Length > 0 && line[0] is not ('*' or '$'))];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
