using System.Globalization;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands.Generic;

/// <summary>A key whose time has come is as absent, whichever way it is met. The clock is the test's; nothing but the commands looks for due keys.</summary>
[TestClass]
public class ExpiredKeyTests
{
    private const string Commands = """
        GET k
        GETDEL k
        GETEX k PERSIST
        GETEX k EX 10
        GETSET k x
        SET k x NX
        SET k x XX
        SET k x GET
        SET k x KEEPTTL
        SETNX k x
        APPEND k x
        INCR k
        INCRBYFLOAT k 1
        STRLEN k
        GETRANGE k 0 -1
        SETRANGE k 2 x
        MGET k
        MSET k x
        MSETNX k x
        LCS k k
        GETBIT k 0
        SETBIT k 7 1
        BITCOUNT k
        BITPOS k 1
        BITFIELD k GET u8 0
        BITFIELD k INCRBY u8 0 1
        BITOP NOT d k
        PFADD k x
        PFCOUNT k
        PFCOUNT k k2
        PFMERGE k
        EXISTS k
        DEL k
        UNLINK k
        TOUCH k
        TYPE k
        TTL k
        PTTL k
        EXPIRETIME k
        EXPIRE k 10
        EXPIRE k 10 NX
        PERSIST k
        RENAME k d
        RENAME other k
        RENAMENX other k
        COPY k d
        COPY other k
        MOVE k 1
        OBJECT ENCODING k
        KEYS k*
        SCAN 0 MATCH k*
        LPUSH k x
        LLEN k
        HSET k f v
        HLEN k
        SADD k x
        SCARD k
        ZADD k 1 x
        ZCARD k
        """;

    public static IEnumerable<object[]> Lines =>
        Commands.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => new object[] { line });

    [TestMethod]
    [DynamicData(nameof(Lines))]
    public void Is_as_absent_for(string command)
    {
        foreach (string set in new[] { "SET k 12345", "LPUSH k a b c" })
        {
            ManualTimeProvider time = new();
            using InProcessClient expired = new(shards: 2, time);
            using InProcessClient absent = new(shards: 2, time);
            expired.Line(set);
            Assert.AreEqual(":1\r\n", expired.Line("PEXPIRE k 100"));
            time.Advance(TimeSpan.FromMilliseconds(101));
            foreach (InProcessClient client in new[] { expired, absent })
                client.Line("SET other 1");
            foreach (string line in new[] { command, "TYPE k", "TTL k", "DBSIZE", "GET d" })
            {
                // SCAN and KEYS pass a due key over without removing it, so that only then the number of keys may differ.
                if (line == "DBSIZE")
                    expired.Line("EXISTS k");
                Assert.AreEqual(absent.Line(line), expired.Line(line), $"{line} after {command}");
            }
        }
    }

    [TestMethod]
    public void Ttl_counts_down_and_the_last_millisecond_still_belongs_to_the_key()
    {
        ManualTimeProvider time = new();
        using InProcessClient client = new(time: time);
        client.Line("SET k v PX 1500");
        Assert.AreEqual(":1500\r\n", client.Line("PTTL k"));
        Assert.AreEqual(":2\r\n", client.Line("TTL k"), "rounded to the nearest second");
        time.Advance(TimeSpan.FromMilliseconds(1001));
        Assert.AreEqual(":0\r\n", client.Line("TTL k"));
        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.AreEqual(":0\r\n", client.Line("PTTL k"));
        Assert.AreEqual("$1\r\nv\r\n", client.Line("GET k"));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.AreEqual(":-2\r\n", client.Line("PTTL k"));
        Assert.AreEqual("$-1\r\n", client.Line("GET k"));
    }

    [TestMethod]
    public void A_random_key_is_never_a_due_one()
    {
        ManualTimeProvider time = new();
        using InProcessClient client = new(shards: 4, time);
        for (int i = 0; i < 50; i++)
            client.Line($"SET due-{i.ToString(CultureInfo.InvariantCulture)} v PX 10");
        time.Advance(TimeSpan.FromMilliseconds(11));
        Assert.AreEqual("$-1\r\n", client.Line("RANDOMKEY"));
        client.Line("SET alive v");
        Assert.AreEqual("$5\r\nalive\r\n", client.Line("RANDOMKEY"));
    }

    [TestMethod]
    public void All_commands_of_a_message_see_one_moment()
    {
        using InProcessClient client = new(time: new SteppingTime());
        string replies = client.Pipeline(
            ["SET", "k", "v", "PX", "100"], ["PTTL", "k"], ["PTTL", "k"], ["PTTL", "k"], ["PTTL", "k"], ["PTTL", "k"]);
        Assert.AreEqual("+OK\r\n:100\r\n:100\r\n:100\r\n:100\r\n:100\r\n", replies);
    }

    // Another millisecond at each look.
    private sealed class SteppingTime : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _now += TimeSpan.FromMilliseconds(1);

        public override long GetTimestamp() => GetUtcNow().UtcTicks;
    }
}
