using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Waiting;

/// <summary>XREAD and XREADGROUP that wait: who is told what, and that nobody waits for what is gone (F70).</summary>
[TestClass]
public sealed class StreamWaitingTests
{
    private const string NoGroup = "-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option\r\n";

    public static IEnumerable<object[]> ShardCounts => [[1], [3], [8]];

    [TestMethod]
    [DynamicData(nameof(ShardCounts))]
    public void All_readers_get_an_entry_and_of_a_group_the_one_that_came_first(int shards)
    {
        using InProcessClient writer = new(shards);
        InProcessClient[] clients = [.. Enumerable.Range(0, 5).Select(_ => new InProcessClient(writer.Engine))];
        writer.Line("XGROUP CREATE s g $ MKSTREAM");
        Assert.IsNull(clients[0].Begin("XREAD", "BLOCK", "0", "STREAMS", "t", "s", "$", "$"));
        Assert.IsNull(clients[1].Begin("XREADGROUP", "GROUP", "g", "a", "BLOCK", "0", "STREAMS", "s", ">"));
        Assert.IsNull(clients[2].Begin("XREADGROUP", "GROUP", "g", "b", "BLOCK", "0", "STREAMS", "s", ">"));
        Assert.IsNull(clients[3].Begin("XREAD", "BLOCK", "0", "STREAMS", "s", "100-0"));
        Assert.IsNull(clients[4].Begin("XREAD", "BLOCK", "0", "COUNT", "1", "STREAMS", "s", "0"));
        string one = writer.Line("XADD s 1-1 f v") == "$3\r\n1-1\r\n" ? Entry("1-1") : "";
        Assert.AreEqual(one, clients[0].Poll());
        Assert.AreEqual(one, clients[1].Poll());
        Assert.IsNull(clients[2].Poll());
        Assert.IsNull(clients[3].Poll());
        Assert.AreEqual(one, clients[4].Poll());
        writer.Line("XADD s 2-1 f v");
        Assert.AreEqual(Entry("2-1"), clients[2].Poll());
        writer.Line("XADD s 101-1 f v");
        Assert.AreEqual(Entry("101-1"), clients[3].Poll());
        AssertNobodyWaits(writer);
        foreach (InProcessClient client in clients)
            client.Dispose();
    }

    [TestMethod]
    [DynamicData(nameof(ShardCounts))]
    public void A_transaction_wakes_once_with_all_it_added(int shards)
    {
        using InProcessClient writer = new(shards);
        using InProcessClient client = new(writer.Engine);
        Assert.IsNull(client.Begin("XREAD", "BLOCK", "0", "STREAMS", "s", "$"));
        writer.Pipeline(["MULTI"], ["XADD", "s", "1-1", "f", "v"], ["XADD", "s", "2-1", "f", "v"], ["XDEL", "s", "1-1"], ["EXEC"]);
        Assert.AreEqual(Entry("2-1"), client.Poll());
    }

    [TestMethod]
    [DataRow("XGROUP DESTROY s g", NoGroup)]
    [DataRow("DEL s", NoGroup)]
    [DataRow("RENAME s other", NoGroup)]
    [DataRow("FLUSHALL", NoGroup)]
    [DataRow("FLUSHDB", NoGroup)]
    [DataRow("SWAPDB 0 1", NoGroup)]
    [DataRow("SET s v", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n")]
    public void A_group_that_goes_ends_the_waiting(string command, string reply)
    {
        foreach (int shards in (int[])[1, 3, 8])
        {
            using InProcessClient writer = new(shards);
            using InProcessClient client = new(writer.Engine);
            writer.Line("XGROUP CREATE s g $ MKSTREAM");
            writer.Line("XGROUP CREATE t g $ MKSTREAM");
            Assert.IsNull(client.Begin("XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "s", ">"));
            writer.Line(command);
            Assert.AreEqual(reply, client.Poll(), $"{command}, {shards} shards");
            AssertNobodyWaits(writer);
        }
    }

    [TestMethod]
    public void A_stream_that_expires_ends_the_waiting_of_groups()
    {
        ManualTimeProvider time = new();
        using InProcessClient writer = new(time: time);
        using InProcessClient client = new(writer.Engine);
        writer.Line("XGROUP CREATE s g $ MKSTREAM");
        writer.Line("PEXPIRE s 100");
        Assert.IsNull(client.Begin("XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "s", ">"));
        time.Advance(TimeSpan.FromSeconds(1));
        writer.Line("EXISTS s");
        Assert.AreEqual(NoGroup, client.Poll());
    }

    [TestMethod]
    public void A_reader_without_a_group_waits_on_when_the_stream_goes()
    {
        using InProcessClient writer = new(shards: 3);
        using InProcessClient client = new(writer.Engine);
        writer.Line("XADD s 5-5 f v");
        Assert.IsNull(client.Begin("XREAD", "BLOCK", "0", "STREAMS", "s", "$"));
        writer.Line("DEL s");
        writer.Line("SET s v");
        writer.Line("DEL s");
        writer.Line("XADD s 1-1 f v");
        Assert.IsNull(client.Poll());
        writer.Line("XADD s 6-1 f v");
        Assert.AreEqual(Entry("6-1"), client.Poll());
    }

    [TestMethod]
    public void Time_and_CLIENT_UNBLOCK_end_it()
    {
        ManualTimeProvider time = new();
        using InProcessClient writer = new(time: time);
        using InProcessClient client = new(writer.Engine);
        Assert.IsNull(client.Begin("XREAD", "BLOCK", "50", "STREAMS", "s", "$"));
        time.Advance(TimeSpan.FromMilliseconds(51));
        Assert.AreEqual("*-1\r\n", client.Poll());
        Assert.IsNull(client.Begin("XREAD", "BLOCK", "0", "STREAMS", "s", "$"));
        Assert.AreEqual(":1\r\n", writer.Execute("CLIENT", "UNBLOCK", client.Session.Client.Id.ToString(), "ERROR"));
        Assert.AreEqual("-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n", client.Poll());
        AssertNobodyWaits(writer);
    }

    [TestMethod]
    public void A_history_is_answered_at_once()
    {
        using InProcessClient client = new();
        client.Line("XGROUP CREATE s g $ MKSTREAM");
        Assert.AreEqual("*1\r\n*2\r\n$1\r\ns\r\n*0\r\n", client.Line("XREADGROUP GROUP g c BLOCK 0 STREAMS s 0"));
    }

    private static string Entry(string id) => $"*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n${id.Length}\r\n{id}\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n";

    private static void AssertNobodyWaits(InProcessClient client)
    {
        Assert.AreEqual(0, client.Engine.BlockedClients.Count);
        foreach (DragonflyFlow.Pipeline.Shards.ShardBlock shard in client.Engine.Shards)
            Assert.IsNull(shard.Waiters);
    }
}
