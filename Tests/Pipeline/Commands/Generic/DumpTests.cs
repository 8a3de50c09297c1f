using System.Globalization;
using System.Text;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands.Generic;

/// <summary>
/// DUMP, RESTORE and the digests beside redis-server 7.0.15: what is dumped there is restored here and back, and DEBUG DIGEST-VALUE of both sides says that
/// the contents are the same.
/// </summary>
[TestClass]
public sealed class DumpTests
{
    [TestMethod]
    [DataRow("yes", 1)]
    [DataRow("no", 4)]
    public async Task ValuesTravelBothWays(string compression, int shards)
    {
        await using SideBySide both = await StartAsync(shards, "--rdbcompression", compression);
        foreach (string[] command in Values())
            both.Theirs(command);
        List<string> keys = [.. Values().Select(command => command[1]).Distinct()];
        foreach (string key in keys)
            Travel(both, key);
        both.Check("DEBUG", "DIGEST");
    }

    [TestMethod]
    public async Task SmallValuesAreDumpedByteForByteAlike()
    {
        await using SideBySide both = await StartAsync(1, "--rdbcompression", "no");
        foreach (string[] command in Values().Where(command => !command[1].StartsWith("big", StringComparison.Ordinal)))
            both.Theirs(command);
        string[] keys = ["int8", "int16", "int32", "int64", "text", "empty", "binary", "list", "intset16", "intset32", "intset64", "hash"];
        foreach (string key in keys)
        {
            both.Ours.Execute("RESTORE", key, "0", Bulk(both.Theirs("DUMP", key)));
            both.Check("DUMP", key);
        }
    }

    [TestMethod]
    public async Task OldFormsMeanTheSameToBoth()
    {
        await using SideBySide both = await StartAsync();
        string[] elements = ["a", "1", "b", "12", "c", "-129", "d", "40000", "e", "-9000000", "f", "5000000000", "g", new('x', 100), "h", new('y', 300), "i", new('z', 20000), "j", ""];
        string[] scores = ["a", "1", "b", "1.5", "c", "-3", "d", "inf", "e", "-inf", "f", "1e+20", "g", "0.1"];
        Dictionary<string, byte[]> payloads = new()
        {
            ["list"] = LegacyPayload.Plain(RdbType.List, 1, elements),
            ["list-ziplist"] = LegacyPayload.Packed(RdbType.ListZiplist, LegacyPayload.Ziplist(elements)),
            ["quicklist"] = LegacyPayload.Quicklist(elements, ["x"], elements),
            ["set"] = LegacyPayload.Plain(RdbType.Set, 1, elements),
            ["hash"] = LegacyPayload.Plain(RdbType.Hash, 2, elements),
            ["hash-ziplist"] = LegacyPayload.Packed(RdbType.HashZiplist, LegacyPayload.Ziplist(elements)),
            ["hash-zipmap"] = LegacyPayload.Packed(RdbType.HashZipmap, LegacyPayload.Zipmap(elements)),
            ["zset-text"] = LegacyPayload.SortedSetText(("a", 1), ("b", -2.25), ("c", double.PositiveInfinity), ("d", double.NegativeInfinity)),
            ["zset-ziplist"] = LegacyPayload.Packed(RdbType.SortedSetZiplist, LegacyPayload.Ziplist(scores)),
            ["compressed"] = LegacyPayload.Compressed(150),
        };
        foreach ((string key, byte[] payload) in payloads)
        {
            both.Check("RESTORE", key, "0", Encoding.Latin1.GetString(payload));
            both.Check("TYPE", key);
            both.Check("DEBUG", "DIGEST-VALUE", key);
        }
    }

    [TestMethod]
    public async Task RepliesAreThoseOfRedisServer()
    {
        await using SideBySide both = await StartAsync(4);
        both.CheckLines(SetUp);
        string payload = Bulk(both.Theirs("DUMP", "s"));
        string list = Bulk(both.Theirs("DUMP", "l"));
        string flipped = (char)(payload[0] ^ 1) + payload[1..];
        string future = Encoding.Latin1.GetString(LegacyPayload.Reseal([.. Encoding.Latin1.GetBytes(payload[..^10]), 200, 0, .. new byte[8]]));
        string unknown = Encoding.Latin1.GetString(LegacyPayload.Packed((RdbType)0x55, [1]));
        string noElements = Encoding.Latin1.GetString(LegacyPayload.Plain(RdbType.List, 1));
        foreach (string bad in new[] { "", "123456789", flipped, payload[..^1], future, unknown, noElements })
        {
            both.Check("RESTORE", "n", "0", bad);
            both.Check("RESTORE", "s", "0", bad, "REPLACE");
            both.Check("GET", "s");
        }

        foreach (string line in Restores.Split('\n', StringSplitOptions.TrimEntries))
        {
            both.Check([.. line.Split(' ').Select(word => word == "P" ? payload : word == "L" ? list : word)]);
            both.Check("DEBUG", "DIGEST");
        }
    }

    // The installed server takes these and holds a hash with one field twice, or a value with bytes left over.
    [TestMethod]
    public void WhatContradictsItselfIsRefusedAndTheKeyStays()
    {
        using InProcessClient client = new();
        client.Execute("SET", "k", "old");
        byte[] longer = LegacyPayload.Seal(RdbType.String, writer =>
        {
            writer.WriteString("v"u8);
            writer.WriteByte(0);
        });
        foreach (byte[] payload in new[] { LegacyPayload.Plain(RdbType.Hash, 2, "f", "1", "f", "2"), LegacyPayload.Plain(RdbType.Set, 1, "m", "m"), longer })
            Assert.AreEqual("-ERR Bad data format\r\n", client.Execute("RESTORE", "k", "0", Encoding.Latin1.GetString(payload), "REPLACE"));
        Assert.AreEqual("$3\r\nold\r\n", client.Execute("GET", "k"));
    }

    [TestMethod]
    public async Task DigestsAreThoseOfRedisServerInAllDatabases()
    {
        await using SideBySide both = await StartAsync(4);
        both.CheckLines("""
            DEBUG DIGEST
            SET a 1
            SET b text
            SET c v EX 1000
            RPUSH l 1 2 x
            DEBUG DIGEST
            SELECT 3
            SET a 1
            ZADD z 1 a 2.5 b -inf c inf d 1e30 e 0.1 f 3e-7 g -123456789.125 h 1e17 i 12345678901234567 j 0.0001 k 0.00001 l
            DEBUG DIGEST
            DEBUG DIGEST-VALUE a z nothing
            DEBUG DIGEST-VALUE
            SELECT 0
            DEL a
            DEBUG DIGEST
            """);
    }

    private const string SetUp = """
        SET s value
        RPUSH l a b c
        DUMP nothing
        DUMP
        RESTORE
        RESTORE k 0
        """;

    private const string Restores = """
        RESTORE s 0 P
        RESTORE s -1 P
        RESTORE n -1 P
        RESTORE n x P
        RESTORE n 0 P FOO
        RESTORE n 0 P IDLETIME
        RESTORE n 0 P IDLETIME x
        RESTORE n 0 P IDLETIME -1
        RESTORE n 0 P FREQ -1
        RESTORE n 0 P FREQ 256
        RESTORE n 0 P FREQ 1 IDLETIME 1
        RESTORE n 0 P IDLETIME 1 FREQ 1
        RESTORE n 0 P
        RESTORE s 0 L replace
        RESTORE n1 0 L IDLETIME 10
        RESTORE n2 0 P FREQ 255
        RESTORE n3 1000000 P
        RESTORE n4 5000000000000 P ABSTTL
        RESTORE n5 1 P ABSTTL
        RESTORE n4 1 P ABSTTL
        RESTORE n4 1 P ABSTTL REPLACE
        RESTORE n4 0 P ABSTTL
        """;

    private static Task<SideBySide> StartAsync(int shards = 1, params string[] arguments)
        => SideBySide.StartAsync(shards, ["--enable-debug-command", "yes", .. arguments]);

    // Theirs -> ours -> theirs; every stop holds the same.
    private static void Travel(SideBySide both, string key)
    {
        string ttl = key == "expiring" ? "5000000000000" : "0";
        Assert.AreEqual("+OK\r\n", both.Ours.Execute("RESTORE", key, ttl, Bulk(both.Theirs("DUMP", key)), "ABSTTL"), key);
        string digest = both.Theirs("DEBUG", "DIGEST-VALUE", key);
        Assert.AreEqual(digest, both.Ours.Execute("DEBUG", "DIGEST-VALUE", key), key);
        string encoding = both.Theirs("OBJECT", "ENCODING", key);
        Assert.AreEqual("+OK\r\n", both.Theirs("RESTORE", key, ttl, Bulk(both.Ours.Execute("DUMP", key)), "REPLACE", "ABSTTL"), key);
        Assert.AreEqual(digest, both.Theirs("DEBUG", "DIGEST-VALUE", key), key);
        Assert.AreEqual(encoding, both.Theirs("OBJECT", "ENCODING", key), key);
    }

    private static IEnumerable<string[]> Values()
    {
        string binary = string.Concat(Enumerable.Range(0, 256).Select(i => (char)i));
        string[] numbers = ["0", "12", "127", "128", "-1", "-4097", "40000", "-8388609", "3000000000", "-9223372036854775808", "9223372036854775808", "007"];
        string[] mixed = [.. numbers, "a", "bb\r\n", binary[..60]];
        string[] many = [.. Enumerable.Range(0, 700).Select(i => (i % 3) switch { 0 => Text(i), 1 => "element " + Text(i), _ => binary[..(i % 200)] + Text(i) })];
        foreach ((string key, string value) in new[]
        {
            ("int8", "-5"), ("int16", "1000"), ("int32", "-2000000"), ("int64", "1234567890123456789"), ("text", "some text"), ("empty", ""), ("binary", binary),
            ("big-string", new string('a', 100_000) + binary), ("big-random", Noise(300_000)), ("expiring", "v"),
        })
            yield return ["SET", key, value];
        yield return ["PEXPIREAT", "expiring", "5000000000000"];
        yield return ["RPUSH", "list", .. mixed];
        yield return ["RPUSH", "big-list", .. many, new string('x', 50_000), .. many, Noise(20_000)];
        yield return ["SADD", "intset16", "1", "-5", "300"];
        yield return ["SADD", "intset32", "1", "-70000", "300"];
        yield return ["SADD", "intset64", "1", "-7000000000", "300"];
        yield return ["SADD", "set", .. mixed];
        yield return ["SADD", "big-set", .. many];
        yield return ["HSET", "hash", .. mixed, "last"];
        yield return ["HSET", "big-hash", .. many];
        yield return ["HSET", "big-value-hash", "f", Noise(5000)];
        yield return ["ZADD", "zset", "1", "a", "-2.5", "b", "inf", "c", "-inf", "d", "1e300", "e", "0.1", "f", "3", "7", "-0.000001", binary[..64]];
        yield return ["ZADD", "big-zset", .. many.SelectMany((member, i) => new[] { (i * 0.37).ToString("R", CultureInfo.InvariantCulture), member })];
    }

    private static string Noise(int bytes)
    {
        byte[] noise = new byte[bytes];
        new Random(7).NextBytes(noise);
        return Encoding.Latin1.GetString(noise);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Bulk(string reply) => reply[(reply.IndexOf('\n', StringComparison.Ordinal) + 1)..^2];
}
