using System.Globalization;
using System.Text;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Storage.Formats;

/// <summary>RDB files beside redis-server 7.0.15: what it saves is read whole, payload for payload as it dumps them, and it loads what is written here.</summary>
[TestClass]
public sealed class RdbFileBesideRedisTests
{
    private const string Library = "#!lua name=lib\nredis.register_function('f', function() return 1 end)";
    private string _directory = "";

    private string Dump => Path.Combine(_directory, "dump.rdb");

    [TestInitialize]
    public void MakeDirectory() => _directory = Directory.CreateTempSubdirectory("dflow-rdb-").FullName;

    [TestCleanup]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [TestMethod]
    [DataRow("yes", "noeviction", -1, -1)]
    [DataRow("no", "allkeys-lru", 0, -1)]
    [DataRow("yes", "allkeys-lfu", -1, 0)]
    public async Task WhatRedisSavesIsReadWhole(string compression, string policy, int idleMin, int frequencyMin)
    {
        await using SideBySide both = await SideBySide.StartAsync(4, "--enable-debug-command", "yes", "--dir", _directory, "--rdbcompression", compression, "--maxmemory-policy", policy);
        List<string> keys = Fill(command => both.Theirs(command));
        both.Theirs("FUNCTION", "LOAD", Library);
        Assert.AreEqual("+OK\r\n", both.Theirs("SAVE"));
        List<string> items = RdbFiles.Read(await File.ReadAllBytesAsync(Dump), () => 1000);
        Assert.StartsWith("End ", items[^1]);
        Assert.ContainsSingle(item => item == $"Function 0 0  {Hex(Library)}", items);
        string[][] records = [.. items.Where(item => item.StartsWith("record ", StringComparison.Ordinal)).Select(item => item.Split(' '))];
        Assert.HasCount(keys.Count, records);
        foreach (string[] record in records)
        {
            both.Theirs("SELECT", record[1]);
            string key = Encoding.Latin1.GetString(Convert.FromHexString(record[2]));
            Assert.AreEqual(Hex(Bulk(both.Theirs("DUMP", key))[..^DumpPayload.FooterBytes]), record[7], key);
            Assert.AreEqual(both.Theirs("PEXPIRETIME", key), $":{(record[3] == "0" ? "-1" : record[3])}\r\n", key);
            Assert.IsGreaterThanOrEqualTo(idleMin, int.Parse(record[4], CultureInfo.InvariantCulture));
            Assert.IsGreaterThanOrEqualTo(frequencyMin, int.Parse(record[5], CultureInfo.InvariantCulture));
        }
    }

    [TestMethod]
    [DataRow(false, 1)]
    [DataRow(true, 4)]
    public async Task RedisLoadsWhatIsWritten(bool compress, int shards)
    {
        using InProcessClient ours = new(shards);
        Fill(command => command[0][0] == 'X' ? "" : ours.Execute(command));
        await File.WriteAllBytesAsync(Dump, RdbFiles.Write(Keyspaces(ours), compress, Library));
        await using SideBySide both = await SideBySide.StartAsync(1, "--enable-debug-command", "yes", "--dir", _directory);
        Assert.AreEqual(ours.Execute("DEBUG", "DIGEST"), both.Theirs("DEBUG", "DIGEST"));
        Assert.Contains("redis.register_function", both.Theirs("FUNCTION", "LIST", "WITHCODE"));
        Assert.Contains("aof_enabled:0", both.Theirs("INFO", "persistence"));
    }

    [TestMethod]
    [DataRow("yes")]
    [DataRow("no")]
    public async Task WhatRedisSavesIsTheSameHere(string compression)
    {
        await using SideBySide both = await SideBySide.StartAsync(1, "--enable-debug-command", "yes", "--dir", _directory, "--rdbcompression", compression);
        Fill(command => command[0][0] == 'X' ? "" : both.Theirs(command));
        both.Theirs("SAVE");
        Load(await File.ReadAllBytesAsync(Dump), both.Ours.Engine.Shards[0].Keyspace);
        both.Check("DEBUG", "DIGEST");
    }

    private static void Load(byte[] file, Keyspace keyspace)
    {
        using RdbFileReader reader = new();
        using RdbScratch scratch = new();
        int at = 0;
        RdbItemKind kind = default;
        while (kind != RdbItemKind.End)
        {
            Assert.AreEqual(SnapshotReadStatus.Item, reader.Read(file.AsSpan(at), isLast: true, out int used, out RdbFileItem item));
            at += used;
            kind = item.Kind;
            if (kind == RdbItemKind.Record)
                SnapshotSamples.Store(keyspace, item.Record, scratch);
        }
    }

    private static IEnumerable<Keyspace> Keyspaces(InProcessClient client) => client.Engine.Shards.Select(shard => shard.Keyspace);

    private static string Hex(string latin1) => Convert.ToHexString(Encoding.Latin1.GetBytes(latin1));

    private static string Bulk(string reply)
    {
        int start = reply.IndexOf("\r\n", StringComparison.Ordinal) + 2;
        return reply[start..^2];
    }

    // Values of all types, small and big, in several databases, some with an expiry.
    private static List<string> Fill(Func<string[], string> run)
    {
        List<string> keys = [];
        foreach (string database in new[] { "0", "7", "15" })
        {
            run(["SELECT", database]);
            foreach (string[] command in Commands())
            {
                string reply = run(command);
                Assert.IsFalse(reply.StartsWith('-'), reply + string.Join(' ', command));
                if (command[0] is not ("PEXPIREAT" or "XGROUP" or "XREADGROUP" or "XACK"))
                    keys.Add(database + " " + command[1]);
            }
        }

        run(["SELECT", "0"]);
        return [.. keys.Distinct()];
    }

    private static IEnumerable<string[]> Commands()
    {
        string[] many = [.. Enumerable.Range(0, 700).Select(i => $"element:{i}")];
        string[] some = ["a", "1", "-5", "300", "70000", "5000000000", new('w', 70), "x\0y"];
        yield return ["SET", "text", "some text"];
        yield return ["SET", "12345", "-70000"];
        yield return ["SET", "long", new string('z', 30_000)];
        yield return ["SET", new string('k', 200), "value of a long key"];
        yield return ["SET", "random", string.Concat(Enumerable.Range(0, 5000).Select(i => (char)((uint)(i * 2654435761) >> 24)))];
        yield return ["SET", "due", "later"];
        yield return ["PEXPIREAT", "due", "4000000000123"];
        yield return ["RPUSH", "list", .. some];
        yield return ["RPUSH", "list:many", .. many, new string('p', 20_000)];
        yield return ["SADD", "set:integers", "1", "-70000", "5000000000"];
        yield return ["SADD", "set", .. some];
        yield return ["SADD", "set:many", .. many];
        yield return ["HSET", "hash", .. some];
        yield return ["HSET", "hash:many", .. many];
        yield return ["PEXPIREAT", "hash:many", "4000000000456"];
        yield return ["ZADD", "zset", "1", "a", "-2.5", "b", "inf", "c", "-inf", "d", "0.1", "e"];
        yield return ["ZADD", "zset:many", .. many.SelectMany((member, i) => new[] { $"{i * 3}", member })];
        for (int i = 1; i <= 250; i++)
            yield return ["XADD", "stream", $"{i}-{i}", "field", $"value {i}"];
        yield return ["XGROUP", "CREATE", "stream", "group", "0"];
        yield return ["XGROUP", "CREATE", "stream", "other", "$"];
        yield return ["XREADGROUP", "GROUP", "group", "one", "COUNT", "20", "STREAMS", "stream", ">"];
        yield return ["XREADGROUP", "GROUP", "group", "two", "COUNT", "7", "STREAMS", "stream", ">"];
        yield return ["XACK", "stream", "group", "1-1", "3-3"];
        yield return ["XADD", "stream:empty", "MAXLEN", "0", "9-9", "f", "v"];
    }
}
