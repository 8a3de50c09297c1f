using System.Globalization;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>Values that are big go in parts: little of one is in memory twice, and whoever writes to it in the midst of that finds its rest sent before.</summary>
[TestClass]
public sealed class BigValueTests
{
    private const int Elements = 20_000;
    private const int ElementBytes = 1000;
    private const string Key = "big";

    private static readonly string Padding = new('x', ElementBytes - 8);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("string")]
    [DataRow("list")]
    [DataRow("set")]
    [DataRow("sorted set")]
    [DataRow("hash")]
    public async Task A_big_value_is_never_in_memory_twice(string kind)
    {
        await using ServerCluster cluster = Filled(kind, out string digest);
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, SlotSet.All));
        await cluster[0].UntilAsync("out", "FINISHED");

        Assert.AreEqual(digest, cluster[1].Client.Execute("DEBUG", "DIGEST"));
        Assert.AreEqual(100_000L, cluster[1].Client.Ask("EXPIRETIME", Key).Integer - 4_000_000_000L);
        long waitingMax = cluster[0].Engine.Cluster!.Streams.Sources[0].BytesWaitingMax;
        TestContext.WriteLine($"{kind}: {waitingMax} bytes waited at most");
        Assert.IsTrue(waitingMax is > 0 and <= (long)Elements * ElementBytes / 10, $"{waitingMax} bytes waited at once");
    }

    [TestMethod]
    [DataRow("string", "SETRANGE big 1000000 changed")]
    [DataRow("string", "GETDEL big")]
    [DataRow("list", "LPUSH big first")]
    [DataRow("list", "RPOP big 50")]
    [DataRow("list", "RENAME big {big}2")]
    [DataRow("set", "SADD big another")]
    [DataRow("sorted set", "ZREMRANGEBYRANK big 3000 4000")]
    [DataRow("sorted set", "PERSIST big")]
    [DataRow("hash", "HSET big new field")]
    [DataRow("hash", "UNLINK big")]
    public async Task What_changes_in_the_midst_of_a_value_comes_behind_all_of_it(string kind, string change)
    {
        // First, since the hash of keys is one for the process, and chosen by the store made last.
        string expected = DigestAfter(kind, change);
        await using ServerCluster cluster = Filled(kind, out _);
        // Once some of it has been written, nothing goes through any more: the walk rests in the midst of the value.
        long seen = 0;
        cluster[0].Peers.Decides = bytes =>
        {
            if (Interlocked.Add(ref seen, bytes.Length) > 300_000)
                cluster[0].Peers.Stall();
            return FaultyPeers.Fate.Passes;
        };
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, SlotSet.All));
        await Eventually.IsSoAsync(() => Interlocked.Read(ref seen) > 300_000, () => "nothing was written");
        Assert.AreEqual(0L, cluster[0].Status("out").Keys, "the value went as a whole");
        string reply = cluster[0].Client.Execute(change.Split(' '));
        Assert.IsFalse(reply.StartsWith('-'), reply);
        Assert.AreEqual(1L, cluster[0].Status("out").Keys, "the change came alone");
        cluster[0].Peers.Decides = null;
        cluster[0].Peers.GoOn();
        await cluster[0].UntilAsync("out", "FINISHED");
        Assert.AreEqual(expected, cluster[1].Client.Execute("DEBUG", "DIGEST"));
        await cluster[0].IsQuietAsync();
    }

    [TestMethod]
    public async Task Reads_that_raise_the_rank_of_keys_do_not_mix_up_what_goes_in_parts()
    {
        await using ServerCluster cluster = new([1, 2], ("maxmemory", "4gb"), ("maxmemory_policy", "allkeys-lru"));
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        InProcessClient source = cluster[0].Client;
        string[] keys = [.. Enumerable.Range(0, 200).Select(i => $"{Key}{i}")];
        foreach (string key in keys)
            source.Execute(["RPUSH", key, .. Enumerable.Range(0, 200).Select(i => key + Element(i))]);
        string digest = source.Execute("DEBUG", "DIGEST");
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, SlotSet.All));
        // Each changes the order of records in a bucket, and nothing of what they hold.
        while (cluster[0].Status("out").State != "FINISHED")
        {
            foreach (string key in keys)
                source.Execute("LINDEX", key, "0");
        }

        Assert.AreEqual(digest, cluster[1].Client.Execute("DEBUG", "DIGEST"));
    }

    private static string DigestAfter(string kind, string change)
    {
        using InProcessClient client = new();
        Fill(client, kind);
        client.Execute(change.Split(' '));
        return client.Execute("DEBUG", "DIGEST");
    }

    private static ServerCluster Filled(string kind, out string digest)
    {
        ServerCluster cluster = new([1, 2], ("slot_migration_buffer_bytes", "4194304"), ("slot_migration_stall_ms", "60000"));
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        Fill(cluster[0].Client, kind);
        digest = cluster[0].Client.Execute("DEBUG", "DIGEST");
        return cluster;
    }

    private static void Fill(InProcessClient client, string kind)
    {
        if (kind == "string")
            client.Execute("SET", Key, string.Concat(Enumerable.Range(0, Elements).Select(Element)));
        for (int i = 0; i < Elements && kind != "string"; i += 100)
            client.Execute([.. Command(kind), .. Enumerable.Range(i, 100).SelectMany(number => Words(kind, number))]);
        client.Execute("EXPIREAT", Key, "4000100000");
    }

    private static string[] Command(string kind) => kind switch
    {
        "list" => ["RPUSH", Key],
        "set" => ["SADD", Key],
        "sorted set" => ["ZADD", Key],
        _ => ["HSET", Key],
    };

    private static string[] Words(string kind, int number) => kind switch
    {
        "sorted set" => [number.ToString(CultureInfo.InvariantCulture), Element(number)],
        "hash" => [number.ToString(CultureInfo.InvariantCulture), Element(number)],
        _ => [Element(number)],
    };

    private static string Element(int number) => number.ToString("D8", CultureInfo.InvariantCulture) + Padding;
}
