using System.Globalization;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands.Generic;

/// <summary>What clients see at maxmemory.</summary>
[TestClass]
public class MaxMemoryTests
{
    private const string Refused = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void Writes_that_need_memory_are_refused_and_others_go_on(int shards)
    {
        using InProcessClient client = new(shards);
        Fill(client, 1000);
        client.Line("CONFIG SET maxmemory 1000");
        foreach (string line in new[] { "SET k v", "APPEND key-1 x", "MSET a 1 b 2 c 3 d 4", "INCR n", "SETBIT s 1 1", "PFADD h a", "LPUSH l x", "COPY key-1 key-2" })
            Assert.AreEqual(Refused, client.Line(line), line);
        Assert.AreEqual(":1000\r\n", client.Line("DBSIZE"), "nothing is evicted");
        StringAssert.Matches(client.Line("INFO commandstats"), new("cmdstat_mset:calls=0,.*rejected_calls=1,"), "refused, and counted as such, over one shard or several");
        Assert.AreEqual("$5\r\nvalue\r\n", client.Line("GET key-1"));
        Assert.AreEqual(":1\r\n", client.Line("EXPIRE key-1 100"));
        Assert.AreEqual(":1\r\n", client.Line("DEL key-1"));
        Assert.AreEqual("+OK\r\n", client.Line("RENAME key-2 key-3"));
        Assert.AreEqual("+OK\r\n", client.Line("FLUSHALL"));
        Assert.AreEqual("+OK\r\n", client.Line("SET k v"), "there is room again");
        client.Line("CONFIG SET maxmemory 1");
        Assert.AreEqual(Refused, client.Line("SET k v"));
        client.Line("CONFIG SET maxmemory 0");
        Assert.AreEqual("+OK\r\n", client.Line("SET k v"));
    }

    [TestMethod]
    public void In_cache_mode_old_keys_make_room_for_new_ones()
    {
        using InProcessClient client = new(shards: 2);
        Fill(client, 2000);
        long used = client.Engine.Shards.Sum(shard => shard.Keyspace.MemoryBytes);
        client.Line("CONFIG SET cache_mode yes");
        client.Line(string.Create(CultureInfo.InvariantCulture, $"CONFIG SET maxmemory {used + 20_000}"));
        for (int i = 0; i < 5000; i++)
            Assert.AreEqual("+OK\r\n", client.Line($"SET new-{i} value"));
        long evicted = client.Engine.Shards.Sum(shard => shard.Keyspace.Stats.Evicted);
        Assert.IsGreaterThan(3000, evicted);
        Assert.AreEqual($":{7000 - evicted}\r\n", client.Line("DBSIZE"));
        Assert.IsLessThan(used + 40_000, client.Engine.Shards.Sum(shard => shard.Keyspace.MemoryBytes));
    }

    private static void Fill(InProcessClient client, int keys)
    {
        for (int i = 0; i < keys; i++)
            client.Line($"SET key-{i} value");
    }
}
