using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands;

/// <summary>Expiry of fields: redis-server 7.0 has none of these commands, so the answers are written down after the documentation of 7.4 and 8.0.</summary>
[TestClass]
public sealed class HashExpiryTests
{
    private const long StartMs = 1_700_000_000_000;

    private readonly ManualTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(StartMs));

    [TestMethod]
    [DataRow("HEXPIRE", "100", 100_000)]
    [DataRow("HPEXPIRE", "100000", 100_000)]
    [DataRow("HEXPIREAT", "1700000100", 100_000)]
    [DataRow("HPEXPIREAT", "1700000100000", 100_000)]
    public void FieldsAreGoneWhenTheirTimeHasCome(string command, string time, int ms)
    {
        using InProcessClient client = NewHash();
        Check(client, "HTTL h FIELDS 3 a b none", "*3|:-1|:-1|:-2|");
        Check(client, $"{command} h {time} FIELDS 2 a none", "*2|:1|:-2|");
        Check(client, "HTTL h FIELDS 2 a b", "*2|:100|:-1|");
        Check(client, "HPTTL h FIELDS 1 a", "*1|:100000|");
        Check(client, "HEXPIRETIME h FIELDS 1 a", "*1|:1700000100|");
        Check(client, "HPEXPIRETIME h FIELDS 1 a", "*1|:1700000100000|");
        _time.Advance(TimeSpan.FromMilliseconds(ms - 1));
        Check(client, "HGET h a", "$1|1|");
        Check(client, "HTTL h FIELDS 1 a", "*1|:1|");
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Check(client, "HGET h a", "$1|1|"); // as a key, it still lives in the millisecond that its expiry names
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Check(client, "HGET h a", "$-1|");
        Check(client, "HLEN h", ":2|");
        Check(client, "HEXISTS h a", ":0|");
        Check(client, "HMGET h a b", "*2|$-1|$1|2|");
        Check(client, "HPTTL h FIELDS 1 a", "*1|:-2|");
        Assert.DoesNotContain("$1\r\na\r\n", client.Execute("HGETALL", "h"));
        Assert.DoesNotContain("$1\r\na\r\n", client.Execute("HSCAN", "h", "0"));
        Assert.DoesNotContain("$1\r\na\r\n", client.Execute("HRANDFIELD", "h", "10"));
        Check(client, "HSETNX h a 9", ":1|");
        Check(client, "HTTL h FIELDS 1 a", "*1|:-1|");
    }

    [TestMethod]
    public void ConditionsAreMetOrNot()
    {
        using InProcessClient client = NewHash();
        Check(client, "HEXPIRE h 100 XX FIELDS 1 a", "*1|:0|");
        Check(client, "HEXPIRE h 100 GT FIELDS 1 a", "*1|:0|");
        Check(client, "HEXPIRE h 100 NX FIELDS 1 a", "*1|:1|");
        Check(client, "HEXPIRE h 200 NX FIELDS 1 a", "*1|:0|");
        Check(client, "HEXPIRE h 100 gt FIELDS 1 a", "*1|:0|");
        Check(client, "HEXPIRE h 101 GT FIELDS 1 a", "*1|:1|");
        Check(client, "HEXPIRE h 101 LT FIELDS 1 a", "*1|:0|");
        Check(client, "HEXPIRE h 50 LT FIELDS 2 a b", "*2|:1|:1|");
        Check(client, "HEXPIRE h 70 XX FIELDS 3 a b c", "*3|:1|:1|:0|");
        Check(client, "HTTL h FIELDS 3 a b c", "*3|:70|:70|:-1|");
        Check(client, "HEXPIRE h 0 LT FIELDS 1 a", "*1|:2|");
        Check(client, "HEXPIREAT h 1 FIELDS 2 b c", "*2|:2|:2|");
        Check(client, "EXISTS h", ":0|");
    }

    [TestMethod]
    public void PersistTakesExpiryOff()
    {
        using InProcessClient client = NewHash();
        Check(client, "HPERSIST h FIELDS 2 a none", "*2|:-1|:-2|");
        Check(client, "HEXPIRE h 10 FIELDS 1 a", "*1|:1|");
        Check(client, "HPERSIST h FIELDS 2 a b", "*2|:1|:-1|");
        _time.Advance(TimeSpan.FromSeconds(11));
        Check(client, "HGET h a", "$1|1|");
        Check(client, "HPERSIST none FIELDS 2 a b", "*2|:-2|:-2|");
        Check(client, "HTTL none FIELDS 2 a b", "*2|:-2|:-2|");
        Check(client, "HEXPIRE none 10 FIELDS 2 a b", "*2|:-2|:-2|");
    }

    [TestMethod]
    public void OverwritingTakesExpiryOffAndIncrementingDoesNot()
    {
        using InProcessClient client = NewHash();
        Check(client, "HEXPIRE h 100 FIELDS 3 a b c", "*3|:1|:1|:1|");
        Check(client, "HSET h a 5", ":0|");
        Check(client, "HINCRBY h b 1000000", ":1000002|");
        Check(client, "HINCRBYFLOAT h c 0.5", "$3|3.5|");
        Check(client, "HTTL h FIELDS 3 a b c", "*3|:-1|:100|:100|");
        Check(client, "HMGET h a b c", "*3|$1|5|$7|1000002|$3|3.5|");
    }

    [TestMethod]
    public void GetDelReturnsAndRemoves()
    {
        using InProcessClient client = NewHash();
        Check(client, "HGETDEL h FIELDS 2 a none", "*2|$1|1|$-1|");
        Check(client, "HGETDEL none FIELDS 1 a", "*1|$-1|");
        Check(client, "HGETDEL h FIELDS 3 b c b", "*3|$1|2|$1|3|$-1|");
        Check(client, "EXISTS h", ":0|");
    }

    [TestMethod]
    public void GetExReturnsAndExpires()
    {
        using InProcessClient client = NewHash();
        Check(client, "HGETEX h FIELDS 2 a none", "*2|$1|1|$-1|");
        Check(client, "HGETEX h EX 10 FIELDS 1 a", "*1|$1|1|");
        Check(client, "HTTL h FIELDS 2 a b", "*2|:10|:-1|");
        Check(client, "HGETEX h PERSIST FIELDS 2 a b", "*2|$1|1|$1|2|");
        Check(client, "HTTL h FIELDS 1 a", "*1|:-1|");
        Check(client, "HGETEX h PXAT 1700000005000 FIELDS 1 a", "*1|$1|1|");
        Check(client, "HPTTL h FIELDS 1 a", "*1|:5000|");
        Check(client, "HGETEX h PX 0 FIELDS 3 a b c", "*3|$1|1|$1|2|$1|3|");
        Check(client, "EXISTS h", ":0|");
        Check(client, "HGETEX h EX 10 FIELDS 1 a", "*1|$-1|");
    }

    [TestMethod]
    public void SetExSetsAllOrNone()
    {
        using InProcessClient client = NewHash();
        Check(client, "HSETEX h FNX FIELDS 2 a 9 d 9", ":0|");
        Check(client, "HSETEX h FXX FIELDS 2 a 9 d 9", ":0|");
        Check(client, "HLEN h", ":3|");
        Check(client, "HSETEX h FXX EX 10 FIELDS 2 a 7 b 8", ":1|");
        Check(client, "HMGET h a b", "*2|$1|7|$1|8|");
        Check(client, "HTTL h FIELDS 2 a b", "*2|:10|:10|");
        Check(client, "HSETEX h KEEPTTL FIELDS 2 a 1 c 1", ":1|");
        Check(client, "HTTL h FIELDS 2 a c", "*2|:10|:-1|");
        Check(client, "HSETEX h FIELDS 1 a 2", ":1|");
        Check(client, "HTTL h FIELDS 1 a", "*1|:-1|");
        Check(client, "HSETEX n FXX FIELDS 1 a 2", ":0|");
        Check(client, "EXISTS n", ":0|");
        Check(client, "HSETEX n FNX PXAT 1 FIELDS 1 a 2", ":1|");
        Check(client, "EXISTS n", ":0|");
    }

    [TestMethod]
    public void FaultyArgumentsAreRefusedInRedisWords()
    {
        using InProcessClient client = NewHash();
        client.Execute("SET", "s", "v");
        const string WrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value|";
        const string Missing = "-ERR Mandatory argument FIELDS is missing or not at the right position|";
        const string Mismatch = "-ERR The `numfields` parameter must match the number of arguments|";
        const string NotPositive = "-ERR Number of fields must be a positive integer|";
        Check(client, "HEXPIRE h 1 FIELDS 1", "-ERR wrong number of arguments for 'hexpire' command|");
        Check(client, "HEXPIRE s 1 FIELDS 1 a", WrongType);
        Check(client, "HEXPIRE h x FIELDS 1 a", "-ERR value is not an integer or out of range|");
        Check(client, "HEXPIRE h -1 FIELDS 1 a", "-ERR invalid expire time, must be >= 0|");
        Check(client, "HEXPIRE h 70368744177664 FIELDS 1 a", "-ERR invalid expire time in 'hexpire' command|");
        Check(client, "HPEXPIREAT h 70368744177664 FIELDS 1 a", "-ERR invalid expire time in 'hpexpireat' command|");
        Check(client, "HPEXPIREAT h 70368744177663 FIELDS 1 a", "*1|:1|");
        Check(client, "HEXPIRE h 1 BAD FIELDS 1 a", Missing);
        Check(client, "HEXPIRE h 1 FIELDS 0 a", "-ERR Parameter `numFields` should be greater than 0|");
        Check(client, "HEXPIRE h 1 FIELDS x a", "-ERR Parameter `numFields` should be greater than 0|");
        Check(client, "HEXPIRE h 1 FIELDS 2 a", Mismatch);
        Check(client, "HEXPIRE h 1 FIELDS 1 a b", Mismatch);
        Check(client, "HTTL s FIELDS 1 a", WrongType);
        Check(client, "HTTL h NOTFIELDS 1 a", Missing);
        Check(client, "HTTL h FIELDS 0 a", NotPositive);
        Check(client, "HPERSIST h FIELDS x a", NotPositive);
        Check(client, "HGETDEL h FIELDS 9223372036854775807 a", Mismatch);
        Check(client, "HGETEX h EX -1 FIELDS 1 a", "-ERR invalid expire time, must be >= 0|");
        Check(client, "HGETEX h BAD 1 FIELDS 1 a", Missing);
        Check(client, "HGETEX h EX 1 FIELDS", NotPositive);
        Check(client, "HSETEX h BAD FIELDS 1 a b", "-ERR unknown argument: BAD|");
        Check(client, "HSETEX h FNX FXX FIELDS 1 a b", "-ERR Only one of FXX or FNX arguments can be specified|");
        Check(client, "HSETEX h EX 1 KEEPTTL FIELDS 1 a b", "-ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified|");
        Check(client, "HSETEX h FIELDS 0 a b", "-ERR invalid number of fields|");
        Check(client, "HSETEX h FIELDS x a b", "-ERR invalid number of fields|");
        Check(client, "HSETEX h FIELDS 2 a b c", "-ERR wrong number of arguments|");
        Check(client, "HSETEX h FNX KEEPTTL FNX a", "-ERR Only one of FXX or FNX arguments can be specified|");
        Check(client, "HSETEX h FNX KEEPTTL EX 1", "-ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified|");
    }

    [TestMethod]
    public void ChangesAreReported()
    {
        using InProcessClient client = NewHash();
        EventLog log = new(client);
        client.Execute("HEXPIRE", "h", "10", "NX", "FIELDS", "2", "a", "b");
        client.Execute("HEXPIRE", "h", "10", "NX", "FIELDS", "2", "a", "b");
        client.Execute("HPERSIST", "h", "FIELDS", "1", "a");
        client.Execute("HPERSIST", "h", "FIELDS", "1", "a");
        client.Execute("HGETEX", "h", "FIELDS", "1", "a");
        client.Execute("HGETEX", "h", "EX", "20", "FIELDS", "1", "a");
        client.Execute("HSETEX", "h", "EX", "20", "FIELDS", "1", "c", "1");
        _time.Advance(TimeSpan.FromMilliseconds(10_001));
        client.Execute("HGET", "h", "b");
        CollectionAssert.AreEqual(new[] { "hexpire h", "hpersist h", "hexpire h", "hset h", "hexpire h" }, log.Events, "a read changes nothing");

        log.Events.Clear();
        client.Execute("HDEL", "h", "none");
        CollectionAssert.AreEqual(new[] { "hexpired h" }, log.Events, "a write frees what is due");

        log.Events.Clear();
        _time.Advance(TimeSpan.FromMilliseconds(10_001));
        client.Execute("HSET", "h", "new", "1");
        CollectionAssert.AreEqual(new[] { "hexpired h", "del h", "hset h" }, log.Events);
        Assert.AreEqual(3, client.Engine.Shards[0].Keyspace.Stats.ExpiredFields);

        log.Events.Clear();
        client.Execute("HEXPIREAT", "h", "1", "FIELDS", "1", "new");
        CollectionAssert.AreEqual(new[] { "hdel h", "del h" }, log.Events);
    }

    [TestMethod]
    public void ActiveExpiryNeedsNoCommand()
    {
        using InProcessClient client = NewHash();
        EventLog log = new(client);
        client.Execute("HEXPIRE", "h", "10", "FIELDS", "3", "a", "b", "c");
        log.Events.Clear();
        log.Shown.Clear();
        Keyspace keyspace = client.Engine.Shards[0].Keyspace;
        keyspace.NowMs = StartMs + 10_001;
        for (int i = 0; i < 10; i++)
            ActiveExpiry.RunSlice(keyspace, 64);
        CollectionAssert.AreEqual(new[] { "hexpired h", "del h" }, log.Events);
        CollectionAssert.AreEqual(new[] { "h" }, log.Shown);
        Assert.AreEqual(0, keyspace[0].Count);
    }

    private InProcessClient NewHash()
    {
        InProcessClient client = new(time: _time);
        client.Execute("HSET", "h", "a", "1", "b", "2", "c", "3");
        return client;
    }

    private static void Check(InProcessClient client, string command, string reply)
        => Assert.AreEqual(reply, client.Execute(command.Split(' ')).Replace("\r\n", "|", StringComparison.Ordinal), command);
}
