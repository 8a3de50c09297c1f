using System.Globalization;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Tracking;

/// <summary>CLIENT TRACKING over several shards, and what no script beside redis-server can show.</summary>
[TestClass]
public class TrackingTests
{
    private const int Shards = 4;
    private const int ToldEnough = 20;

    [TestMethod]
    public void A_pipeline_is_told_behind_the_reply_of_the_command_that_caused_it()
    {
        using InProcessClient client = new();
        client.Execute("HELLO", "3");
        client.Execute("CLIENT", "TRACKING", "ON");
        Assert.AreEqual(
            "$-1\r\n".Replace("$-1", "_", StringComparison.Ordinal) + "+OK\r\n" + Told("k") + "$1\r\n1\r\n:2\r\n" + Told("k") + "+PONG\r\n",
            client.Pipeline(["GET", "k"], ["SET", "k", "1"], ["GET", "k"], ["INCR", "k"], ["PING"]));
        client.Execute("GET", "k");
        Assert.AreEqual(Told("k") + "+OK\r\n", client.Pipeline(["CLIENT", "REPLY", "SKIP"], ["INCR", "k"], ["CLIENT", "REPLY", "ON"]));
    }

    [TestMethod]
    public void Keys_of_every_shard_are_told_once_to_each_reader()
    {
        using InProcessClient writer = new(Shards);
        InProcessClient[] readers = [.. Enumerable.Range(0, 5).Select(_ => Tracking(writer.Engine))];
        string[] keys = [.. Enumerable.Range(0, 40).Select(i => $"key{i}")];
        foreach (InProcessClient reader in readers)
            reader.Execute(["MGET", .. keys, .. keys]);
        Assert.AreEqual((40L, 200L), Table(writer));
        writer.Execute(["MSET", .. keys.SelectMany(key => (string[])[key, "v"])]);
        writer.Execute(["MSET", .. keys.SelectMany(key => (string[])[key, "w"])]);
        Assert.AreEqual((0L, 0L), Table(writer));
        foreach (InProcessClient reader in readers)
            CollectionAssert.AreEquivalent(keys, KeysOf(reader.Receive()));
        Leave(readers);
    }

    [TestMethod]
    public void Expiry_and_eviction_are_told()
    {
        ManualTimeProvider time = new();
        using InProcessClient writer = new(Shards, time);
        using InProcessClient reader = Tracking(writer.Engine);
        writer.Pipeline(["SET", "k", "v", "PX", "50"], ["SET", "lazy", "v", "PX", "50"]);
        reader.Execute("MGET", "k", "lazy");
        time.Advance(TimeSpan.FromMilliseconds(100));
        writer.Execute("GET", "lazy");
        Assert.AreEqual(Told("lazy"), reader.Receive());
        writer.Engine.PostToShards(shard => shard.Keyspace.RunUpkeep(10_000, 16));
        Assert.AreEqual(Told("k"), reader.Receive());

        string[] keys = [.. Enumerable.Range(0, 300).Select(i => $"big{i}")];
        foreach (string key in keys)
            writer.Execute("SET", key, new string('x', 1000));
        reader.Execute(["MGET", .. keys]);
        writer.Execute("CONFIG", "SET", "maxmemory", "100kb", "cache-mode", "yes");
        for (int i = 0; i < 20; i++)
            writer.Engine.PostToShards(shard => shard.Keyspace.RunUpkeep(1000, 16));
        long evicted = writer.Engine.Shards.Sum(shard => shard.Keyspace.Stats.Evicted);
        Assert.IsGreaterThan(0L, evicted);
        Assert.HasCount((int)evicted, KeysOf(reader.Receive()));
    }

    [TestMethod]
    public void Scripts_remember_what_they_read_and_tell_what_they_write()
    {
        using InProcessClient other = new(Shards);
        using InProcessClient client = Tracking(other.Engine);
        client.Execute("EVAL", "redis.call('GET', KEYS[1]); return redis.call('SET', KEYS[2], 'x')", "2", "read", "written");
        client.Execute("EVAL_RO", "return redis.call('GET', 'inside')", "1", "declared");
        other.Execute("MSET", "written", "1", "declared", "1");
        Assert.AreEqual("", client.Receive());
        other.Execute("EVAL", "for _, key in ipairs({'read', 'inside'}) do redis.call('INCR', key) end", "0");
        CollectionAssert.AreEqual((string[])["read", "inside"], KeysOf(client.Receive()));
        other.Execute("FUNCTION", "LOAD", "#!lua name=l\nredis.register_function{function_name='f', callback=function(keys) return redis.call('GET', 'called') end, flags={'no-writes'}}");
        client.Execute("FCALL_RO", "f", "1", "named");
        other.Execute("MSET", "called", "1", "named", "1");
        Assert.AreEqual(Told("called"), client.Receive());
        client.Execute("GET", "own");
        Assert.AreEqual("_\r\n" + Told("own"), client.Execute("EVAL", "redis.call('SET', 'own', 'x')", "0"));
    }

    [TestMethod]
    public void A_flush_is_told_once_however_many_shards_and_databases_it_empties()
    {
        const string All = ">2\r\n$10\r\ninvalidate\r\n_\r\n";
        using InProcessClient other = new(Shards);
        using InProcessClient reader = Tracking(other.Engine);
        using InProcessClient broadcast = Tracking(other.Engine, "BCAST", "PREFIX", "x");
        reader.Execute("GET", "k");
        foreach (string command in (string[])["FLUSHALL", "FLUSHDB", "FLUSHALL ASYNC", "SWAPDB 0 1"])
        {
            other.Line(command);
            Assert.AreEqual(All, reader.Receive(), command);
            Assert.AreEqual(All, broadcast.Receive(), command);
        }

        Assert.AreEqual("+OK\r\n" + All, reader.Execute("FLUSHALL"));
        Assert.AreEqual((0L, 0L), Table(other));
    }

    [TestMethod]
    public void A_transaction_over_shards_is_broadcast_as_one_message()
    {
        using InProcessClient other = new(Shards);
        using InProcessClient reader = Tracking(other.Engine, "BCAST");
        other.Execute("MSET", "d", "1", "a", "1", "c", "1", "b", "1");
        CollectionAssert.AreEqual((string[])["a", "b", "c", "d"], KeysOf(reader.Receive()));
        other.Pipeline(["MULTI"], ["SET", "d", "2"], ["DEL", "a"], ["EXEC"]);
        CollectionAssert.AreEqual((string[])["a", "d"], KeysOf(reader.Receive()));
    }

    [TestMethod]
    public void The_table_keeps_to_its_limit_and_tells_of_what_it_gives_up()
    {
        using InProcessClient other = new(Shards);
        using InProcessClient reader = Tracking(other.Engine);
        other.Execute("CONFIG", "SET", "tracking-table-max-keys", "40");
        List<string> told = [];
        for (int i = 0; i < 1000; i++)
            told.AddRange(KeysOf(reader.Execute("GET", $"key{i}")));
        (long keys, long items) = Table(other);
        Assert.IsLessThanOrEqualTo(40L, keys);
        Assert.AreEqual(keys, items);
        Assert.AreEqual(1000, keys + told.Count);
        Assert.HasCount(told.Count, told.Distinct());
    }

    [TestMethod]
    [DataRow("CLIENT TRACKING OFF")]
    [DataRow("RESET")]
    [DataRow("QUIT")]
    public void Who_ends_its_tracking_leaves_nothing_behind(string end)
    {
        using InProcessClient other = new(Shards);
        using InProcessClient stays = Tracking(other.Engine);
        InProcessClient reader = Tracking(other.Engine);
        using InProcessClient broadcast = Tracking(other.Engine, "BCAST", "PREFIX", "a", "PREFIX", "b");
        for (int i = 0; i < 5000; i++)
            reader.Execute("GET", $"key{i}");
        stays.Execute("GET", "key1");
        Assert.AreEqual((5000L, 5001L), Table(other));
        Assert.AreEqual(3, other.Engine.Tracking.Clients);
        Assert.AreEqual(2, other.Engine.Tracking.Prefixes);
        reader.Line(end);
        broadcast.Line(end);
        reader.Dispose();
        if (end == "QUIT")
            broadcast.Dispose();
        Assert.AreEqual((1L, 1L), Table(other));
        Assert.AreEqual(1, other.Engine.Tracking.Clients);
        Assert.AreEqual(0, other.Engine.Tracking.Prefixes);
        stays.Execute("CLIENT", "TRACKING", "OFF");
        Assert.AreEqual((0L, 0L), Table(other));
        foreach (ShardBlock shard in other.Engine.Shards)
            Assert.IsNull(shard.Readers, "a store without tracking observes nothing");
    }

    [TestMethod]
    public void Client_list_and_info_show_who_tracks()
    {
        using InProcessClient other = new(Shards);
        using InProcessClient target = new(other.Engine);
        string id = target.Session.Client.Id.ToString(CultureInfo.InvariantCulture);
        using InProcessClient broadcast = Tracking(other.Engine, "BCAST", "REDIRECT", id);
        StringAssert.Contains(broadcast.Execute("CLIENT", "INFO"), " flags=tB ", StringComparison.Ordinal);
        StringAssert.Contains(broadcast.Execute("CLIENT", "INFO"), $" redir={id} ", StringComparison.Ordinal);
        target.Dispose();
        other.Execute("SET", "k", "v");
        StringAssert.Contains(broadcast.Execute("CLIENT", "INFO"), " flags=tRB ", StringComparison.Ordinal);
        StringAssert.Contains(other.Execute("CLIENT", "INFO"), " redir=-1 ", StringComparison.Ordinal);
        StringAssert.Contains(other.Execute("INFO", "clients"), "tracking_clients:1\r\n", StringComparison.Ordinal);
        StringAssert.Contains(other.Execute("INFO", "stats"), "tracking_total_prefixes:1\r\n", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_client_that_does_not_touch_raises_no_ranks()
    {
        using InProcessClient client = new(Shards);
        client.Execute("CONFIG", "SET", "cache-mode", "yes");
        client.Execute("CLIENT", "NO-TOUCH", "ON");
        client.Execute("SET", "k", "v");
        client.Execute("GET", "k");
        client.Pipeline(["MULTI"], ["GET", "k"], ["EXEC"]);
        foreach (ShardBlock shard in client.Engine.Shards)
            Assert.IsFalse(shard.Keyspace.KeepsRanks, "the next client's commands touch again");
        StringAssert.Contains(client.Execute("CLIENT", "INFO"), " flags=T ", StringComparison.Ordinal);
        CollectionAssert.AreEqual(RanksAfter("CLIENT NO-TOUCH ON", reads: 0), RanksAfter("CLIENT NO-TOUCH ON", reads: 50));
        CollectionAssert.AreNotEqual(RanksAfter("CLIENT NO-TOUCH OFF", reads: 0), RanksAfter("CLIENT NO-TOUCH OFF", reads: 50));
    }

    [TestMethod]
    public async Task What_is_cached_is_right_when_everything_has_been_told()
    {
        const int WritesMin = 3000;
        const int WritesMax = 3_000_000;
        using InProcessClient first = new(Shards);
        using CancellationTokenSource end = new();
        // Threads of their own: on a small pool the writers would be done before a reader begins.
        Task<CachingClient>[] readers = [.. Enumerable.Range(0, 3).Select(seed => OnThread(() => CachingClient.Run(first.Engine, seed, ToldEnough, end.Token)))];
        Task[] writers = [.. Enumerable.Range(0, 3).Select(writer => OnThread(() => Write(first.Engine, writer, WritesMin, WritesMax, readers)))];
        await Task.WhenAll(writers);
        await end.CancelAsync();
        foreach (CachingClient reader in await Task.WhenAll(readers))
        {
            reader.Receive();
            foreach ((string key, string value) in reader.Cached)
                Assert.AreEqual(first.Execute("GET", key), value, key);
            Assert.IsGreaterThanOrEqualTo(ToldEnough, reader.Invalidated);
            reader.Dispose();
        }

        Assert.AreEqual((0L, 0L), Table(first));
    }

    private static Task<T> OnThread<T>(Func<T> work)
        => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // Writes until all readers have been told enough, and then some more.
    private static int Write(StoreEngine engine, int seed, int writesMin, int writesMax, Task[] readers)
    {
        using InProcessClient client = new(engine);
        Random random = new(seed);
        int written = 0;
        while (written < writesMin || (written < writesMax && !Array.TrueForAll(readers, static reader => reader.IsCompleted)))
            client.Pipeline(["SET", $"k{random.Next(20)}", $"{seed}:{written++}"], ["INCR", $"n{random.Next(20)}"]);
        return written;
    }

    private static string[] RanksAfter(string mode, int reads)
    {
        using InProcessClient client = new();
        client.Execute("CONFIG", "SET", "cache-mode", "yes");
        string[] keys = [.. Enumerable.Range(0, 200).Select(i => $"key{i}")];
        foreach (string key in keys)
            client.Execute("SET", key, "v");
        client.Line(mode);
        for (int i = 0; i < reads; i++)
            client.Execute("GET", keys[i * 3]);
        return [.. client.Ask("SCAN", "0", "COUNT", "1000")[1].Items.Select(static key => key.Text)];
    }

    private static InProcessClient Tracking(StoreEngine engine, params string[] options)
    {
        InProcessClient client = new(engine);
        client.Execute("HELLO", "3");
        Assert.AreEqual("+OK\r\n", client.Execute(["CLIENT", "TRACKING", "ON", .. options]));
        return client;
    }

    private static (long Keys, long Items) Table(InProcessClient client)
        => (client.Engine.Shards.Sum(shard => shard.Readers?.Keys ?? 0), client.Engine.Shards.Sum(shard => shard.Readers?.Items ?? 0));

    private static string Told(string key) => $">2\r\n$10\r\ninvalidate\r\n*1\r\n${key.Length}\r\n{key}\r\n";

    // The keys of all invalidations in a text, whatever stands between them.
    private static string[] KeysOf(string text)
    {
        List<string> keys = [];
        string[] lines = text.Split("\r\n");
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i] != "invalidate")
                continue;
            int count = int.Parse(lines[i + 1].AsSpan(1), CultureInfo.InvariantCulture);
            for (int key = 0; key < count; key++)
                keys.Add(lines[i + 3 + (2 * key)]);
        }

        return [.. keys];
    }

    private static void Leave(InProcessClient[] clients)
    {
        foreach (InProcessClient client in clients)
            client.Dispose();
    }
}
