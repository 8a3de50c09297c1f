using System.Globalization;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;
using DragonflyFlow.Tests.Support.Differential;

namespace DragonflyFlow.Tests.Pipeline.Commands;

/// <summary>Sorted set commands: replies beside redis-server, forms of RESP3, events, several shards.</summary>
[TestClass]
public sealed class SortedSetsTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task ScriptAnswersAsRedisDoes(int shards)
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        using InProcessClient ours = new(shards);
        await SameReplies.AssertAsync(redis, ours, [.. SortedSetScripts.Errors(), .. SortedSetScripts.Semantics()], HasSameScores);
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(4, 2)]
    public async Task RandomCommandsAnswerAsRedisDoes(int shards, int seed)
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        using InProcessClient ours = new(shards);
        await SameReplies.AssertAsync(redis, ours, [.. SortedSetScripts.Random(seed, 6000)], HasSameScores);
    }

    [TestMethod]
    public async Task Resp3FormsAreThoseOfRedis()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        using InProcessClient ours = new();
        await SameReplies.AssertAsync(
            redis, ours, [["HELLO", "3"], .. SortedSetScripts.Semantics()], (command, theirs, ours) => command[0] == "HELLO" || HasSameScores(command, theirs, ours));
    }

    [TestMethod]
    public void RankMayComeWithItsScore()
    {
        using InProcessClient client = new();
        client.Execute("ZADD", "z", "1", "a", "2.5", "b");
        Assert.AreEqual("*2\r\n:1\r\n$3\r\n2.5\r\n", client.Execute("ZRANK", "z", "b", "WITHSCORE"));
        Assert.AreEqual("*2\r\n:0\r\n$3\r\n2.5\r\n", client.Execute("ZREVRANK", "z", "b", "withscore"));
        Assert.AreEqual("*-1\r\n", client.Execute("ZRANK", "z", "none", "WITHSCORE"));
        Assert.AreEqual("*-1\r\n", client.Execute("ZRANK", "none", "b", "WITHSCORE"));
        Assert.AreEqual("-ERR syntax error\r\n", client.Execute("ZRANK", "z", "b", "WITHSCORES"));
        Assert.AreEqual("-ERR wrong number of arguments for 'zrank' command\r\n", client.Execute("ZRANK", "z", "b", "WITHSCORE", "x"));
        client.Execute("HELLO", "3");
        Assert.AreEqual("*2\r\n:1\r\n,2.5\r\n", client.Execute("ZRANK", "z", "b", "WITHSCORE"));
        Assert.AreEqual("_\r\n", client.Execute("ZRANK", "z", "none", "WITHSCORE"));
    }

    [TestMethod]
    [DataRow(50)]
    [DataRow(5000)]
    public void RandomMembersAreDistinctOrRepeatedAsAsked(int members)
    {
        using InProcessClient client = new();
        for (int i = 0; i < members; i++)
            client.Execute("ZADD", "z", $"{i}", $"m{i}");
        foreach (int count in new[] { 1, 10, members / 2, members - 1, members, members + 5 })
        {
            string[] chosen = Bulks(client.Execute("ZRANDMEMBER", "z", $"{count}"));
            Assert.HasCount(Math.Min(count, members), chosen);
            CollectionAssert.AllItemsAreUnique(chosen);
        }

        string[] repeated = Bulks(client.Execute("ZRANDMEMBER", "z", $"{-4 * members}"));
        Assert.HasCount(4 * members, repeated);
        Assert.IsGreaterThan(members / 2, repeated.Distinct().Count(), "most members are met when each is drawn four times");
        string[] scored = Bulks(client.Execute("ZRANDMEMBER", "z", "20", "WITHSCORES"));
        Assert.HasCount(40, scored);
        for (int i = 0; i < scored.Length; i += 2)
            Assert.AreEqual(scored[i], $"m{scored[i + 1]}");
    }

    [TestMethod]
    public void ScanOfABigSetMeetsEveryMemberWithItsScore()
    {
        using InProcessClient client = new();
        for (int i = 0; i < 3000; i++)
            client.Execute("ZADD", "z", $"{i}.5", $"m{i}");
        Dictionary<string, string> seen = [];
        string cursor = "0";
        do
        {
            string[] reply = Bulks(client.Execute("ZSCAN", "z", cursor, "COUNT", "100"));
            cursor = reply[0];
            for (int i = 1; i < reply.Length; i += 2)
                seen[reply[i]] = reply[i + 1];
        }
        while (cursor != "0");
        Assert.HasCount(3000, seen);
        Assert.IsTrue(seen.All(entry => entry.Key == $"m{entry.Value[..^2]}"));
    }

    [TestMethod]
    public void ChangesAreReportedAsRedisNamesThem()
    {
        using InProcessClient client = new();
        EventLog log = new(client);
        client.Execute("ZADD", "a", "1", "x", "2", "y", "3", "z");
        client.Execute("ZADD", "a", "1", "x");
        client.Execute("ZADD", "a", "INCR", "1", "x");
        client.Execute("ZADD", "a", "INCR", "0", "x");
        client.Execute("ZINCRBY", "a", "1", "x");
        client.Execute("ZREM", "a", "none");
        client.Execute("ZREM", "a", "x");
        client.Execute("ZREMRANGEBYSCORE", "a", "100", "200");
        client.Execute("ZREMRANGEBYSCORE", "a", "2", "2");
        client.Execute("ZPOPMIN", "a", "0");
        client.Execute("ZPOPMAX", "a");
        client.Execute("ZADD", "b", "1", "x");
        client.Execute("ZUNIONSTORE", "c", "2", "a", "b");
        client.Execute("ZRANGESTORE", "c", "b", "5", "6");
        client.Execute("ZINTERSTORE", "c", "2", "a", "b");
        client.Execute("ZMPOP", "2", "a", "b", "MIN");
        CollectionAssert.AreEqual(
            new[]
            {
                "zadd a", "zincr a", "zincr a", "zrem a", "zremrangebyscore a", "zpopmax a", "del a", "zadd b", "zunionstore c", "del c", "zpopmin b", "del b",
            },
            log.Events);
    }

    [TestMethod]
    public void HotCommandsAllocateNothing()
    {
        using StoreEngine engine = new(new StoreEngineOptions(), TimeProvider.System);
        using InProcessClient client = new(engine);
        for (int i = 0; i < 3000; i++)
            client.Execute("ZADD", "big", $"{i}", $"member-{i}");
        client.Execute("ZADD", "small", "1", "a", "2", "b", "3", "c");
        AllocationProbe.AssertNothing(client.Engine, ["ZADD", "big", "17", "member-5"], ["ZADD", "big", "2900", "member-5"]);
        AllocationProbe.AssertNothing(client.Engine, ["ZADD", "big", "17", "fresh"], ["ZREM", "big", "fresh"], ["ZINCRBY", "big", "1.5", "member-7"]);
        AllocationProbe.AssertNothing(client.Engine, ["ZADD", "small", "9", "a", "1", "z"], ["ZADD", "small", "1", "a"], ["ZREM", "small", "z"]);
        AllocationProbe.AssertNothing(client.Engine, ["ZSCORE", "big", "member-9"], ["ZRANK", "big", "member-9"], ["ZCOUNT", "big", "(100", "+inf"]);
        AllocationProbe.AssertNothing(client.Engine, ["ZRANGE", "big", "100", "110", "WITHSCORES"], ["ZRANGEBYSCORE", "big", "(100", "120", "LIMIT", "1", "5"]);
    }

    // 7.0 writes 17 digits where 7.2 writes as few as tell the number (0.1).
    private static bool HasSameScores(string[] command, string theirs, string ours)
    {
        string[] left = LinesOf(theirs);
        string[] right = LinesOf(ours);
        return left.Length == right.Length && left.Zip(right).All(pair => pair.First == pair.Second || (TryNumber(pair.First, out double a)
            && TryNumber(pair.Second, out double b) && a == b));
    }

    private static bool TryNumber(string text, out double value)
        => double.TryParse(text.TrimStart(','), NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static string[] LinesOf(string reply) => [.. reply.Split("\r\n").Where(line => !line.StartsWith('$'))];

    // The values of all bulk strings of a reply.
    private static string[] Bulks(string reply)
    {
        string[] lines = reply.Split("\r\n");
        return [.. lines.Where((line, i) => i > 0 && lines[i - 1].StartsWith('$') && !line.StartsWith('$'))];
    }
}
