using System.Globalization;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;
using DragonflyFlow.Tests.Support.Differential;

namespace DragonflyFlow.Tests.Pipeline.Commands;

/// <summary>Set commands: replies beside redis-server, forms of RESP3, scans, random members, several shards, events, allocation.</summary>
[TestClass]
public sealed class SetsTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task ScriptAnswersAsRedisDoes(int shards)
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        using InProcessClient ours = new(shards);
        await SameReplies.AssertAsync(redis, ours, [.. SetScripts.Errors(), .. SetScripts.Semantics()], SameMembers);
    }

    [TestMethod]
    public async Task Resp3FormsAreThoseOfRedis()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        using InProcessClient ours = new();
        await SameReplies.AssertAsync(
            redis, ours, [["HELLO", "3"], .. SetScripts.Errors(), .. SetScripts.Semantics()],
            static (command, theirs, actual) => command[0] == "HELLO" || SameMembers(command, theirs, actual));
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(4, 2)]
    public async Task RandomCommandsAnswerAsRedisDoes(int shards, int seed)
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        using InProcessClient ours = new(shards);
        string[][] results = [["SINTER", "s1", "s2"], ["SUNION", "s1", "s2", "s3", "s4"], ["SDIFF", "s1", "s2", "s3"], ["SMEMBERS", "s4"]];
        await SameReplies.AssertAsync(redis, ours, [.. SetScripts.Random(seed, 6000), .. results], SameMembers);
    }

    [TestMethod]
    [DataRow(50)]
    [DataRow(5000)]
    public void ScanReturnsEveryMember(int members)
    {
        using InProcessClient client = new();
        Fill(client, "s", members);
        HashSet<string> seen = [];
        string cursor = "0";
        do
        {
            string reply = client.Execute("SSCAN", "s", cursor, "COUNT", "100");
            int second = reply.IndexOf('*', 1);
            cursor = Array(reply[..second])[0];
            seen.UnionWith(Array(reply[second..]));
        }
        while (cursor != "0");
        Assert.HasCount(members, seen);
    }

    [TestMethod]
    [DataRow(40)]
    [DataRow(2000)]
    public void RandomMembersAreDistinctUnlessAskedOtherwise(int members)
    {
        using InProcessClient client = new();
        Fill(client, "s", members);
        foreach (int count in new[] { 1, 7, members / 2, members - 1, members, members + 10 })
        {
            List<string> picked = Array(client.Execute("SRANDMEMBER", "s", Text(count)));
            Assert.HasCount(Math.Min(count, members), picked);
            Assert.AreEqual(picked.Count, picked.Distinct().Count());
        }

        Assert.HasCount(500, Array(client.Execute("SRANDMEMBER", "s", "-500")));
        Assert.AreEqual("-ERR the reply would be bigger than 512 MB\r\n", client.Execute("SRANDMEMBER", "s", "-9223372036854775807"));
    }

    [TestMethod]
    [DataRow(40)]
    [DataRow(2000)]
    public void PoppedMembersAreGone(int members)
    {
        using InProcessClient client = new();
        Fill(client, "s", members);
        HashSet<string> popped = [];
        foreach (int count in new[] { 1, 3, members / 2, members })
        {
            foreach (string member in Array(client.Execute("SPOP", "s", Text(count))))
            {
                Assert.IsTrue(popped.Add(member), member);
                Assert.AreEqual(":0\r\n", client.Execute("SISMEMBER", "s", member));
            }

            Assert.AreEqual($":{members - popped.Count}\r\n", client.Execute("SCARD", "s"));
        }

        Assert.HasCount(members, popped);
    }

    [TestMethod]
    public void MoveBetweenShardsIsOneStep()
    {
        using InProcessClient client = new(shards: 4);
        string[] keys = [.. Enumerable.Range(0, 8).Select(i => $"set{i}")];
        client.Execute("SADD", keys[0], "a", "b", "c");
        for (int i = 0; i < 24; i++)
        {
            foreach (string member in new[] { "a", "b", "c" })
                Assert.AreEqual(":1\r\n", client.Execute("SMOVE", keys[i % 8], keys[(i + 1) % 8], member));
        }

        Assert.AreEqual(":3\r\n", client.Execute("SCARD", keys[0]));
        Assert.AreEqual("*3\r\n", client.Execute(["SUNION", .. keys])[..4]);
    }

    [TestMethod]
    public void RanksOfCacheModeDoNotDisturbCommandsOnManyKeys()
    {
        using InProcessClient client = new();
        string[] keys = [.. Enumerable.Range(0, 300).Select(i => "set" + Text(i))];
        for (int i = 0; i < keys.Length; i++)
            client.Execute("SADD", keys[i], "shared", "only" + Text(i));
        client.Engine.Shards[0].Keyspace.Evicts = DragonflyFlow.Storage.Keyspace.EvictionTarget.AnyKey;
        for (int round = 0; round < 20; round++)
        {
            Assert.AreEqual("*301\r\n", client.Execute(["SUNION", .. keys])[..6]);
            Assert.AreEqual("*1\r\n$6\r\nshared\r\n", client.Execute(["SINTER", .. keys]));
            Assert.AreEqual(":1\r\n", client.Execute("SMOVE", keys[round], keys[round + 1], "only" + Text(0)));
        }
    }

    [TestMethod]
    public void FormsFollowConfiguration()
    {
        using InProcessClient client = new();
        client.Execute("CONFIG", "SET", "set-max-intset-entries", "3", "set-max-listpack-entries", "2", "hash-max-listpack-entries", "1");
        client.Execute("SADD", "integers", "1", "2", "3");
        client.Execute("SADD", "words", "a", "b");
        client.Execute("HSET", "hash", "a", "1");
        Assert.AreEqual("$6\r\nintset\r\n", client.Execute("OBJECT", "ENCODING", "integers"));
        Assert.AreEqual("$8\r\nlistpack\r\n", client.Execute("OBJECT", "ENCODING", "words"));
        Assert.AreEqual("$8\r\nlistpack\r\n", client.Execute("OBJECT", "ENCODING", "hash"));
        client.Execute("SADD", "integers", "4");
        client.Execute("SADD", "words", "c");
        client.Execute("HSET", "hash", "b", "1");
        foreach (string key in new[] { "integers", "words", "hash" })
            Assert.AreEqual("$9\r\nhashtable\r\n", client.Execute("OBJECT", "ENCODING", key));
        using InProcessClient defaults = new(); // the limits are the process's: a new store sets them back
    }

    [TestMethod]
    public void ChangesAreReportedAsRedisNamesThem()
    {
        using InProcessClient client = new();
        EventLog log = new(client);
        client.Execute("SADD", "a", "1", "2", "3");
        client.Execute("SADD", "a", "1");
        client.Execute("SREM", "a", "none");
        client.Execute("SREM", "a", "1");
        client.Execute("SMOVE", "a", "b", "2");
        client.Execute("SMOVE", "a", "b", "none");
        client.Execute("SMOVE", "a", "b", "3");
        client.Execute("SPOP", "b");
        client.Execute("SRANDMEMBER", "b");
        client.Execute("SPOP", "b", "0");
        client.Execute("SPOP", "b", "5");
        client.Execute("SADD", "c", "1", "x");
        client.Execute("SUNIONSTORE", "d", "c");
        client.Execute("SINTERSTORE", "d", "c", "none");
        client.Execute("SDIFFSTORE", "d", "c", "c");
        client.Execute("SDIFFSTORE", "d", "c");
        CollectionAssert.AreEqual(
            new[]
            {
                "sadd a", "srem a", "srem a", "sadd b", "srem a", "del a", "sadd b", "spop b", "spop b", "del b", "sadd c", "sunionstore d", "del d",
                "sdiffstore d",
            },
            log.Events);
    }

    [TestMethod]
    public void HotCommandsAllocateNothing()
    {
        using StoreEngine engine = new(new StoreEngineOptions(), TimeProvider.System);
        using InProcessClient client = new(engine);
        Fill(client, "big", 3000);
        client.Execute("SADD", "ints", "1", "2", "3");
        client.Execute("SADD", "words", "a", "b", "c");
        AllocationProbe.AssertNothing(client.Engine, ["SADD", "big", "x"], ["SISMEMBER", "big", "x"], ["SREM", "big", "x"], ["SCARD", "big"]);
        AllocationProbe.AssertNothing(client.Engine, ["SADD", "ints", "100000"], ["SISMEMBER", "ints", "2"], ["SREM", "ints", "100000"]);
        AllocationProbe.AssertNothing(client.Engine, ["SADD", "words", "x"], ["SMISMEMBER", "words", "x", "y"], ["SPOP", "words"]);
        AllocationProbe.AssertNothing(client.Engine, ["SINTER", "big", "words"], ["SUNION", "ints", "words"], ["SDIFF", "ints", "big"], ["SMEMBERS", "ints"]);
        AllocationProbe.AssertNothing(client.Engine, ["SRANDMEMBER", "big"], ["SRANDMEMBER", "big", "20"], ["SSCAN", "big", "0"]);
    }

    // Sets have no order: for replies that are sets the same lines in any order will do.
    private static bool SameMembers(string[] command, string theirs, string ours)
        => command[0] is "SINTER" or "SUNION" or "SDIFF" or "SMEMBERS" && Sorted(theirs).SequenceEqual(Sorted(ours));

    private static IOrderedEnumerable<string> Sorted(string reply) => reply.Split("\r\n").Order(StringComparer.Ordinal);

    private static void Fill(InProcessClient client, string key, int members)
    {
        for (int i = 0; i < members; i++)
            client.Execute("SADD", key, "m" + Text(i));
    }

    // The bulk strings of a flat array.
    private static List<string> Array(string reply)
        => [.. reply.Split("\r\n").Where(line => line.Length > 0 && line[0] is not ('*' or '$'))];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
