using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;
using DragonflyFlow.Tests.Support.Differential;

namespace DragonflyFlow.Tests.Pipeline.Commands;

/// <summary>List commands: replies beside redis-server, forms of RESP3, events, several shards.</summary>
[TestClass]
public sealed class ListsTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task ScriptAnswersAsRedisDoes(int shards)
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        using InProcessClient ours = new(shards);
        await SameReplies.AssertAsync(redis, ours, [.. ListScripts.Errors(), .. ListScripts.Semantics()], IsNewInRedis72);
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(4, 2)]
    public async Task RandomCommandsAnswerAsRedisDoes(int shards, int seed)
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        using InProcessClient ours = new(shards);
        await SameReplies.AssertAsync(redis, ours, [.. ListScripts.Random(seed, 6000)]);
    }

    [TestMethod]
    public async Task Resp3FormsAreThoseOfRedis()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        using InProcessClient ours = new();
        await SameReplies.AssertAsync(redis, ours, [["HELLO", "3"], .. ListScripts.Semantics()], static (command, _, _) => command[0] == "HELLO");
    }

    [TestMethod]
    public void MoveBetweenShardsIsOneStep()
    {
        using InProcessClient client = new(shards: 4);
        string[] keys = [.. Enumerable.Range(0, 8).Select(i => $"list{i}")];
        client.Execute("RPUSH", keys[0], "a", "b", "c");
        for (int i = 0; i < 24; i++)
            Assert.StartsWith("$1", client.Execute("LMOVE", keys[i % 8], keys[(i + 1) % 8], i % 3 == 0 ? "LEFT" : "RIGHT", "LEFT"));
        string all = string.Concat(keys.Select(key => client.Execute("LRANGE", key, "0", "-1")));
        foreach (string element in new[] { "a", "b", "c" })
            Assert.HasCount(2, all.Split($"$1\r\n{element}\r\n"), $"element {element} is there once");
    }

    [TestMethod]
    public void ChangesAreReportedAsRedisNamesThem()
    {
        using InProcessClient client = new();
        EventLog log = new(client);
        client.Execute("RPUSH", "a", "1", "2", "3");
        client.Execute("LPUSHX", "none", "1");
        client.Execute("LSET", "a", "0", "x");
        client.Execute("LINSERT", "a", "BEFORE", "none", "y");
        client.Execute("LINSERT", "a", "BEFORE", "x", "y");
        client.Execute("LREM", "a", "0", "none");
        client.Execute("LREM", "a", "0", "y");
        client.Execute("LTRIM", "a", "0", "-1");
        client.Execute("LTRIM", "a", "0", "1");
        client.Execute("LMOVE", "a", "b", "LEFT", "RIGHT");
        client.Execute("LPOP", "a", "0");
        client.Execute("LPOP", "a");
        client.Execute("RPOPLPUSH", "b", "b");
        client.Execute("LMPOP", "2", "a", "b", "RIGHT");
        client.Execute("LRANGE", "b", "0", "-1");
        CollectionAssert.AreEqual(
            new[]
            {
                "rpush a", "lset a", "linsert a", "lrem a", "ltrim a", "rpush b", "lpop a", "lpop a", "del a", "lpush b", "rpop b", "rpop b", "del b",
            },
            log.Events);
    }

    [TestMethod]
    public void HotCommandsAllocateNothing()
    {
        using StoreEngine engine = new(new StoreEngineOptions(), TimeProvider.System);
        using InProcessClient client = new(engine);
        for (int i = 0; i < 3000; i++)
            client.Execute("LPUSH", "big", "0123456789");
        client.Execute("LPUSH", "small", "a", "b", "c");
        AllocationProbe.AssertNothing(client.Engine, ["LPUSH", "big", "0123456789"], ["RPOP", "big"]);
        AllocationProbe.AssertNothing(client.Engine, ["RPUSH", "small", "0123456789"], ["LPOP", "small"]);
        AllocationProbe.AssertNothing(client.Engine, ["LRANGE", "big", "1400", "1410"], ["LINDEX", "big", "-5"], ["LLEN", "big"], ["LPOS", "small", "b"]);
        AllocationProbe.AssertNothing(client.Engine, ["LMOVE", "small", "small", "LEFT", "RIGHT"], ["RPOPLPUSH", "big", "big"]);
        AllocationProbe.AssertNothing(client.Engine, ["LSET", "big", "7", "9876543210"]);
    }

    // 7.0 takes a rank that has no positive counterpart and finds nothing.
    private static bool IsNewInRedis72(string[] command, string theirs, string ours)
        => command is ["LPOS", _, _, "RANK", "-9223372036854775808"] && ours.StartsWith("-ERR value is out of range, value must", StringComparison.Ordinal);
}
