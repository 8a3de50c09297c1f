using System.Globalization;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands.Generic;

/// <summary>Big values that are removed go at once and are freed in bounded steps, exactly; small ones and those of options that say no are freed at once.</summary>
[TestClass]
public sealed class LazyFreeingTests
{
    private const int Elements = 8_000;
    private const int PiecesPerStep = 1;
    private const long StepBytesMax = 128 << 10;

    private static readonly string[] Kinds = ["list", "hash", "set", "zset", "stream"];

    public static IEnumerable<object[]> EachKind => Kinds.Select(kind => new object[] { kind });

    [TestMethod]
    [DynamicData(nameof(EachKind))]
    public void UnlinkLeavesABigValueToBeFreedInSteps(string kind)
    {
        using InProcessClient client = new();
        Keyspace keyspace = client.Engine.Shards[0].Keyspace;
        client.Execute("SET", "other", "value");
        long before = keyspace.MemoryBytes;
        Fill(client, kind);
        long full = keyspace.MemoryBytes;

        Assert.AreEqual(":1\r\n", client.Execute("UNLINK", "big"));
        Assert.AreEqual(":0\r\n", client.Execute("EXISTS", "big"));
        Assert.AreEqual(1, keyspace.Leftovers.Objects);
        StringAssert.Contains(client.Execute("INFO", "memory"), "lazyfree_pending_objects:1\r\n", StringComparison.Ordinal);
        Assert.IsGreaterThan(full - StepBytesMax, keyspace.MemoryBytes, "what was unlinked counts as used until it is freed");

        int steps = 0;
        for (long last = keyspace.MemoryBytes; !keyspace.Leftovers.IsEmpty; last = keyspace.MemoryBytes, steps++)
        {
            keyspace.RunUpkeep(0, PiecesPerStep);
            Assert.IsLessThanOrEqualTo(StepBytesMax, last - keyspace.MemoryBytes, $"step {steps}");
        }

        Assert.IsGreaterThan(5, steps);
        client.Execute("DEL", "big");
        Assert.AreEqual(before, MemoryOnceCompacted(keyspace));
        StringAssert.Contains(client.Execute("INFO", "memory"), "lazyfreed_objects:1\r\n", StringComparison.Ordinal);
        client.Execute("CONFIG", "RESETSTAT");
        StringAssert.Contains(client.Execute("INFO", "memory"), "lazyfreed_objects:0\r\n", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("DEL big", "lazyfree-lazy-user-del")]
    [DataRow("SET big small", "lazyfree-lazy-server-del")]
    [DataRow("RENAME other big", "lazyfree-lazy-server-del")]
    [DataRow("PEXPIREAT big 1", "lazyfree-lazy-server-del")]
    [DataRow("FLUSHALL", "lazyfree-lazy-user-flush")]
    public void AnOptionDecidesWhetherValuesAreFreedLater(string command, string option)
    {
        foreach (string kind in Kinds)
        {
            using InProcessClient client = new();
            Leftovers leftovers = client.Engine.Shards[0].Keyspace.Leftovers;
            client.Execute("CONFIG", "SET", option, "no");
            client.Execute("SET", "other", "x");
            Fill(client, kind);
            client.Line(command);
            Assert.IsTrue(leftovers.IsEmpty, $"{command}, {kind}, {option} no");

            client.Execute("CONFIG", "SET", option, "yes");
            client.Execute("DEL", "big");
            client.Execute("SET", "other", "x");
            Fill(client, kind);
            client.Line(command);
            Assert.IsFalse(leftovers.IsEmpty, $"{command}, {kind}, {option} yes");
        }
    }

    [TestMethod]
    public void ASmallValueIsFreedAtOnce()
    {
        using InProcessClient client = new();
        client.Execute("RPUSH", "small", "a", "b");
        client.Execute("UNLINK", "small");
        Assert.IsTrue(client.Engine.Shards[0].Keyspace.Leftovers.IsEmpty);
    }

    [TestMethod]
    public void FlushAsyncFreesBigValuesInStepsToo()
    {
        using InProcessClient client = new();
        Keyspace keyspace = client.Engine.Shards[0].Keyspace;
        foreach (string kind in Kinds)
            Fill(client, kind, "big-" + kind);
        client.Execute("FLUSHALL", "ASYNC");
        Assert.AreEqual(Kinds.Length, keyspace.Leftovers.Objects);
        for (long last = keyspace.MemoryBytes; !keyspace.Leftovers.IsEmpty; last = keyspace.MemoryBytes)
        {
            keyspace.RunUpkeep(0, PiecesPerStep);
            Assert.IsLessThanOrEqualTo(StepBytesMax, last - keyspace.MemoryBytes);
        }

        Assert.AreEqual(Kinds.Length, keyspace.Leftovers.Freed);
        Assert.AreEqual(0, keyspace.MemoryBytes);
    }

    [TestMethod]
    [DynamicData(nameof(EachKind))]
    public void AWriteThatNeedsTheRoomDoesNotWaitForTheSteps(string kind)
    {
        using InProcessClient client = new();
        Fill(client, kind);
        client.Execute("CONFIG", "SET", "maxmemory", client.Engine.Shards[0].Keyspace.MemoryBytes.ToString(CultureInfo.InvariantCulture));
        StringAssert.StartsWith(client.Execute("SET", "k", "v"), "-OOM", StringComparison.Ordinal);
        client.Execute("UNLINK", "big");
        Assert.AreEqual("+OK\r\n", client.Execute("SET", "k", "v"));
    }

    // The end of the store: whatever is left is freed before the arena looks whether all is.
    [TestMethod]
    [DynamicData(nameof(EachKind))]
    public void AStopInTheMiddleReleasesAll(string kind)
    {
        Keyspace keyspace;
        using (InProcessClient client = new())
        {
            keyspace = client.Engine.Shards[0].Keyspace;
            Fill(client, kind);
            client.Execute("UNLINK", "big");
            keyspace.RunUpkeep(0, PiecesPerStep);
            Assert.IsFalse(keyspace.Leftovers.IsEmpty);
        }

        Assert.IsTrue(keyspace.Leftovers.IsEmpty);
        Assert.AreEqual(0, keyspace.ManagedBytes);
    }

    private static long MemoryOnceCompacted(Keyspace keyspace)
    {
        for (int i = 0; i < 1000; i++)
            keyspace.RunUpkeep(0, PiecesPerStep);
        return keyspace.MemoryBytes;
    }

    private static void Fill(InProcessClient client, string kind, string key = "big")
    {
        const int PerCommand = 1000;
        for (int first = 0; first < Elements; first += PerCommand)
        {
            IEnumerable<string> numbers = Enumerable.Range(first, PerCommand).Select(i => i.ToString("D6", CultureInfo.InvariantCulture));
            string[] command = kind switch
            {
                "list" => ["RPUSH", key, .. numbers.Select(number => "element-" + number)],
                "hash" => ["HSET", key, .. numbers.SelectMany(number => new[] { "field-" + number, "value" })],
                "set" => ["SADD", key, .. numbers.Select(number => "member-" + number)],
                "zset" => ["ZADD", key, .. numbers.SelectMany(number => new[] { number, "member-" + number })],
                _ => [],
            };
            if (command.Length > 0)
                client.Execute(command);
            foreach (string number in kind == "stream" ? numbers : [])
                client.Execute("XADD", key, "*", "field", "value-" + number);
        }
    }
}
