using System.Globalization;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Snapshots;

/// <summary>Big values are written in pieces between commands, and are what they were at the cut all the same.</summary>
[TestClass]
public sealed class BigValueSnapshotTests
{
    private const int Rounds = 60;

    private static readonly string[] Kinds =
    [
        "RPUSH list{k} {v}", "LPOP list{k}", "LSET list{k} {n} {v}", "LREM list{k} 1 {n}", "SADD set{k} {v}", "SREM set{k} {n}", "SPOP set{k} 3", "HSET hash{k} {n} {v}", "HDEL hash{k} {n}",
        "HPEXPIRE hash{k} 1000000 FIELDS 1 {n}", "ZADD zset{k} {n} {v}", "ZPOPMIN zset{k} 5", "ZREMRANGEBYRANK zset{k} 10 20", "XADD stream{k} * f {v}", "XTRIM stream{k} MAXLEN 400",
        "XREADGROUP GROUP g c{k} COUNT 5 STREAMS stream{k} >", "XACK stream{k} g {n}-1", "APPEND string{k} {v}", "SETRANGE string{k} {n} {v}", "DEL list{k}", "UNLINK set{k}", "SET zset{k} {v}",
        "RENAME hash{k} hash{m}", "COPY list{k} list{m} REPLACE", "MOVE string{k} 1", "EXPIRE set{k} 100000", "PERSIST set{k}", "ZUNIONSTORE zset{k} 2 zset{k} zset{m}", "SORT list{k} ALPHA STORE list{m}",
        "SET small{n} {v}", "SET small{n} {v}", "INCR count{n}", "FLUSHDB", "SWAPDB 0 1",
    ];

    [TestMethod]
    public async Task They_are_what_they_were_at_the_cut_under_changes_of_every_kind()
    {
        for (int seed = 1; seed <= Rounds; seed++)
        {
            MemoryDisk disk = new();
            SortedDictionary<string, string> atCut = [];
            Random random = new(seed);
            await using (SavingStore store = new(disk, random.Next(1, 4), options: [("df_snapshot_format", seed % 2 == 0 ? "yes" : "no"), ("snapshot_shard_share", seed % 3 == 0 ? "100" : "5")]))
            {
                Fill(store.Client, random, random.Next(1, 4));
                store.Snapshots.Cutting = () => store.Read(atCut);
                Task<string?> saved = store.BeginAsync();
                for (int writes = 0; !saved.IsCompleted || writes < 50; writes++)
                    store.Client.Line(Change(random));
                Assert.IsNull(await saved, $"seed {seed}");
                store.Snapshots.SavesAtStop = false;
            }

            await using SavingStore other = new(disk, random.Next(1, 4));
            Assert.IsTrue(await other.Snapshots.Loader.LoadAsync());
            other.Snapshots.SavesAtStop = false;
            CollectionAssert.AreEqual(atCut, await other.StateAsync(), $"seed {seed}");
        }
    }

    [TestMethod]
    [DataRow("no")]
    [DataRow("yes")]
    public async Task Commands_run_between_the_pieces_of_one(string df)
    {
        MemoryDisk disk = new();
        await using SavingStore store = new(disk, shards: 1, options: [("df_snapshot_format", df), ("snapshot_shard_share", "100")]);
        for (int i = 0; i < 40; i++)
            store.Client.Execute([.. new[] { "RPUSH", "list" }, .. Enumerable.Range(0, 1000).Select(n => $"element {i} {n} of a long list")]);
        string[] list = store.Client.Line("LRANGE list 0 -1").Split("\r\n");
        Task<string?> saved = store.BeginAsync();
        // All of it in the walk's hands, and nothing in the file.
        await UntilAsync(() => store.Engine.Shards[0].Walks is { Active: [var walk] } && walk.Consumer.HasAside);
        int between = 0;
        while (store.Engine.Shards[0].Walks is { Active: [{ Consumer.HasAside: true }] })
        {
            Assert.AreEqual("+PONG\r\n", store.Client.Line("PING"));
            store.Client.Line("SET other value");
            between++;
        }

        Assert.IsGreaterThan(8, between, "a list of more than a megabyte takes more steps than that");
        Assert.IsNull(await saved);
        store.Snapshots.SavesAtStop = false;
        await using SavingStore other = new(disk);
        Assert.IsTrue(await other.Snapshots.Loader.LoadAsync());
        other.Snapshots.SavesAtStop = false;
        CollectionAssert.AreEqual(list, other.Client.Line("LRANGE list 0 -1").Split("\r\n"));
    }

    [TestMethod]
    public async Task A_snapshot_that_is_cancelled_in_the_middle_of_one_leaves_nothing()
    {
        MemoryDisk disk = new();
        await using SavingStore store = new(disk, shards: 1, options: [("snapshot_shard_share", "1")]);
        for (int i = 0; i < 200; i++)
            store.Client.Execute([.. new[] { "SADD", "set" }, .. Enumerable.Range(0, 1000).Select(n => $"member {i} {n}")]);
        Task<string?> saved = store.BeginAsync();
        await UntilAsync(() => store.Engine.Shards[0].Walks is { Active: [var walk] } && walk.Consumer.HasAside);
        store.Snapshots.Cancel("enough");
        Assert.AreEqual("enough", await saved);
        Assert.IsNull(store.Engine.Shards[0].Keyspace.ContentKeeper);
        Assert.AreEqual(":1\r\n", store.Client.Line("DEL set"));
        store.Snapshots.SavesAtStop = false;
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
            await Task.Yield();
    }

    private static void Fill(InProcessClient client, Random random, int values)
    {
        for (int k = 0; k < values; k++)
        {
            // From what is big just so to what fills several chunks.
            int elements = 1500 << random.Next(4);
            client.Execute("SET", $"string{k}", new string('x', 40 * elements));
            foreach (string[] command in new[] { new[] { "RPUSH", $"list{k}" }, ["SADD", $"set{k}"], ["HSET", $"hash{k}"], ["ZADD", $"zset{k}"] })
                client.Execute([.. command, .. Enumerable.Range(0, elements).SelectMany(n => command[0] switch { "HSET" or "ZADD" => new[] { $"{n}", $"{n}{k}" }, _ => [$"{n}"] })]);
            for (int n = 1; n <= 1000; n++)
                client.Execute("XADD", $"stream{k}", $"{n}-1", "field", $"{n} and what is said of it");
            client.Line($"XGROUP CREATE stream{k} g 0");
            client.Line($"XREADGROUP GROUP g c COUNT 300 STREAMS stream{k} >");
        }

        for (int i = 0; i < 1000; i++)
            client.Line($"SET small{i} {i}");
    }

    private static string Change(Random random) => Kinds[random.Next(Kinds.Length)]
        .Replace("{k}", Number(random, 4), StringComparison.Ordinal).Replace("{m}", Number(random, 4), StringComparison.Ordinal)
        .Replace("{n}", Number(random, 1500), StringComparison.Ordinal).Replace("{v}", Number(random, int.MaxValue), StringComparison.Ordinal);

    private static string Number(Random random, int below) => random.Next(below).ToString(CultureInfo.InvariantCulture);
}
