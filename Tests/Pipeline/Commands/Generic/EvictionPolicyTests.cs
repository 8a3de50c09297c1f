using System.Globalization;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands.Generic;

/// <summary>What each name of maxmemory-policy does at maxmemory, and what OBJECT says under it.</summary>
[TestClass]
public sealed class EvictionPolicyTests
{
    private const int Keys = 2000;

    [TestMethod]
    [DataRow("volatile-lru", 1)]
    [DataRow("volatile-lfu", 2)]
    [DataRow("volatile-random", 1)]
    [DataRow("volatile-ttl", 2)]
    public void UnderAVolatilePolicyOnlyKeysWithAnExpiryGo(string policy, int shards)
    {
        using InProcessClient client = new(shards);
        Fill(client);
        LimitMemory(client, policy);
        string reply = "";
        for (int i = 0; i < 3 * Keys && !reply.StartsWith('-'); i++)
            reply = client.Execute("SET", $"new:{i}", "a value of some length");

        StringAssert.StartsWith(reply, "-OOM", StringComparison.Ordinal);
        Assert.AreEqual(0, client.Engine.Shards.Min(shard => shard.Keyspace[0].ExpiringCount), "it is refused where no key with an expiry is left");
        for (int i = 0; i < Keys; i++)
            Assert.AreEqual(":1\r\n", client.Execute("EXISTS", $"kept:{i}"));
    }

    [TestMethod]
    public void UnderVolatileTtlWhatExpiresSoonGoesFirst()
    {
        using InProcessClient client = new();
        Fill(client);
        LimitMemory(client, "volatile-ttl");
        for (int i = 0; i < Keys / 4; i++)
            Assert.AreEqual("+OK\r\n", client.Execute("SET", $"new:{i}", "a value of some length"));
        int soon = Enumerable.Range(0, Keys / 2).Count(i => client.Execute("EXISTS", $"going:{i}") == ":1\r\n");
        int late = Enumerable.Range(Keys / 2, Keys / 2).Count(i => client.Execute("EXISTS", $"going:{i}") == ":1\r\n");
        Assert.IsLessThan(Keys, soon + late);
        Assert.IsGreaterThan(soon + (Keys / 16), late);
    }

    [TestMethod]
    [DataRow("allkeys-lru")]
    [DataRow("allkeys-lfu")]
    [DataRow("allkeys-random")]
    public void UnderAPolicyOfAllKeysEveryWriteFindsRoom(string policy)
    {
        using InProcessClient client = new();
        Fill(client);
        LimitMemory(client, policy);
        for (int i = 0; i < 2 * Keys; i++)
            Assert.AreEqual("+OK\r\n", client.Execute("SET", $"new:{i}", "a value of some length"));
        Assert.IsGreaterThan(0, client.Engine.Shards[0].Keyspace.Stats.Evicted);
    }

    [TestMethod]
    public async Task ObjectSpeaksOfUsesAsTheRedisPolicyHasIt()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        foreach (string policy in new[] { "noeviction", "allkeys-lru", "volatile-ttl", "volatile-lru", "allkeys-lfu", "volatile-lfu", "noeviction", "nosuch" })
        {
            both.Check("CONFIG", "SET", "maxmemory-policy", policy);
            both.Check("CONFIG", "GET", "maxmemory-policy");
            both.Check("SET", "k", "v");
            both.Check("OBJECT", "IDLETIME", "k");
            both.Check("OBJECT", "IDLETIME", "none");
            both.Check("OBJECT", "FREQ", "none");
            if (!policy.EndsWith("lfu", StringComparison.Ordinal))
                both.Check("OBJECT", "FREQ", "k"); // Under LFU it is a number that redis draws.
        }
    }

    private static void Fill(InProcessClient client)
    {
        for (int i = 0; i < Keys; i++)
        {
            client.Execute("SET", $"kept:{i}", "a value of some length");
            client.Execute("SET", $"going:{i}", "a value of some length", "EX", (1000 + i).ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void LimitMemory(InProcessClient client, string policy)
    {
        long used = client.Engine.Shards.Sum(shard => shard.Keyspace.MemoryBytes);
        Assert.AreEqual("+OK\r\n", client.Execute("CONFIG", "SET", "maxmemory-policy", policy, "maxmemory", used.ToString(CultureInfo.InvariantCulture)));
    }
}
