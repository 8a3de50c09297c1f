using System.Globalization;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Waiting;

/// <summary>Commands that wait for an element: who is served, when, and how the waiting ends otherwise.</summary>
[TestClass]
public class BlockingTests
{
    private const string Nothing = "*-1\r\n";

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(8)]
    public void Clients_are_served_in_the_order_of_their_arrival(int shards)
    {
        using InProcessClient pusher = new(shards);
        InProcessClient[] clients = [.. Enumerable.Range(0, 5).Select(_ => new InProcessClient(pusher.Engine))];
        foreach (InProcessClient client in clients)
            Assert.IsNull(client.Begin("BLPOP", "other", "queue", "another", "0"));
        Assert.AreEqual(":3\r\n", pusher.Execute("RPUSH", "queue", "a", "b", "c"));
        Assert.AreEqual(":2\r\n", pusher.Execute("RPUSH", "queue", "d", "e"));
        Assert.AreEqual(":0\r\n", pusher.Execute("LLEN", "queue"));
        for (int i = 0; i < clients.Length; i++)
            Assert.AreEqual($"*2\r\n$5\r\nqueue\r\n$1\r\n{(char)('a' + i)}\r\n", clients[i].Poll());
        AssertNobodyWaits(pusher.Engine);
        foreach (InProcessClient client in clients)
            client.Dispose();
    }

    [TestMethod]
    [DataRow("BLPOP k 0", "RPUSH k a b", "*2 $1 k $1 a")]
    [DataRow("BRPOP k 0", "RPUSH k a b", "*2 $1 k $1 b")]
    [DataRow("BLMPOP 0 2 j k LEFT COUNT 2", "RPUSH k a b c", "*2 $1 k *2 $1 a $1 b")]
    [DataRow("BZPOPMIN j k 0", "ZADD k 2 b 1 a", "*3 $1 k $1 a $1 1")]
    [DataRow("BZPOPMAX k 0", "ZADD k 2 b 1 a", "*3 $1 k $1 b $1 2")]
    [DataRow("BZMPOP 0 1 k MAX", "ZADD k 2 b 1 a", "*2 $1 k *1 *2 $1 b $1 2")]
    [DataRow("BLMOVE k t LEFT RIGHT 0", "RPUSH k a b", "$1 a")]
    [DataRow("BRPOPLPUSH k t 0", "RPUSH k a b", "$1 b")]
    public void Each_command_answers_as_without_waiting(string waiting, string push, string reply)
    {
        foreach (int shards in (int[])[1, 3, 8])
        {
            using InProcessClient pusher = new(shards);
            using InProcessClient client = new(pusher.Engine);
            Assert.IsNull(client.Begin(waiting.Split(' ')));
            Assert.AreEqual(1, pusher.Engine.BlockedClients.Count);
            pusher.Line(push);
            Assert.AreEqual(reply.Replace(" ", "\r\n", StringComparison.Ordinal) + "\r\n", client.Poll());
            AssertNobodyWaits(pusher.Engine);
        }
    }

    [TestMethod]
    [DataRow("RENAME l k")]
    [DataRow("COPY l k")]
    [DataRow("LMOVE l k LEFT LEFT")]
    [DataRow("SORT l STORE k ALPHA")]
    [DataRow("SWAPDB 0 1")]
    public void Whatever_makes_the_key_a_list_wakes(string command)
    {
        foreach (int shards in (int[])[1, 3])
        {
            using InProcessClient pusher = new(shards);
            using InProcessClient client = new(pusher.Engine);
            pusher.Execute("RPUSH", "l", "a");
            pusher.Pipeline(["SELECT", "1"], ["RPUSH", "k", "a"], ["SELECT", "0"]);
            Assert.IsNull(client.Begin("BLPOP", "k", "0"));
            pusher.Line(command);
            Assert.AreEqual("*2\r\n$1\r\nk\r\n$1\r\na\r\n", client.Poll(), command);
        }
    }

    [TestMethod]
    public void A_key_of_another_type_or_one_that_goes_keeps_them_waiting()
    {
        using InProcessClient pusher = new(shards: 3);
        using InProcessClient client = new(pusher.Engine);
        Assert.IsNull(client.Begin("BLPOP", "k", "0"));
        pusher.Execute("ZADD", "k", "1", "a");
        pusher.Execute("DEL", "k");
        pusher.Execute("SET", "k", "v");
        pusher.Execute("DEL", "k");
        Assert.IsNull(client.Poll());
        pusher.Execute("RPUSH", "k", "a");
        Assert.AreEqual("*2\r\n$1\r\nk\r\n$1\r\na\r\n", client.Poll());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void A_transaction_wakes_when_it_is_over_with_all_it_has_done(int shards)
    {
        using InProcessClient pusher = new(shards);
        using InProcessClient client = new(pusher.Engine);
        Assert.IsNull(client.Begin("BLPOP", "k", "0"));
        pusher.Pipeline(["MULTI"], ["RPUSH", "k", "a"], ["DEL", "k"], ["EXEC"]);
        Assert.IsNull(client.Poll());
        pusher.Pipeline(["MULTI"], ["RPUSH", "k", "a"], ["SET", "x", "1"], ["LPUSH", "k", "b"], ["EXEC"]);
        Assert.AreEqual("*2\r\n$1\r\nk\r\n$1\r\nb\r\n", client.Poll());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(8)]
    public void Moves_wake_along_a_chain(int shards)
    {
        using InProcessClient pusher = new(shards);
        InProcessClient[] movers = [.. Enumerable.Range(0, 4).Select(_ => new InProcessClient(pusher.Engine))];
        for (int i = 0; i < movers.Length; i++)
            Assert.IsNull(movers[i].Begin("BLMOVE", $"k{i}", $"k{i + 1}", "LEFT", "RIGHT", "0"));
        pusher.Execute("RPUSH", "k0", "v");
        foreach (InProcessClient mover in movers)
            Assert.AreEqual("$1\r\nv\r\n", mover.Poll());
        Assert.AreEqual("$1\r\nv\r\n", pusher.Execute("LPOP", "k4"));
        AssertNobodyWaits(pusher.Engine);
        foreach (InProcessClient mover in movers)
            mover.Dispose();
    }

    [TestMethod]
    public void A_move_to_a_key_of_another_type_is_an_error_and_the_element_stays()
    {
        foreach (int shards in (int[])[1, 8])
        {
            using InProcessClient pusher = new(shards);
            using InProcessClient mover = new(pusher.Engine);
            using InProcessClient popper = new(pusher.Engine);
            pusher.Execute("SET", "t", "v");
            Assert.IsNull(mover.Begin("BLMOVE", "k", "t", "LEFT", "RIGHT", "0"));
            Assert.IsNull(popper.Begin("BLPOP", "k", "0"));
            pusher.Execute("RPUSH", "k", "a");
            StringAssert.StartsWith(mover.Poll(), "-WRONGTYPE", StringComparison.Ordinal);
            Assert.AreEqual("*2\r\n$1\r\nk\r\n$1\r\na\r\n", popper.Poll());
        }
    }

    [TestMethod]
    [DataRow("BLPOP k 0.1", Nothing)]
    [DataRow("BLMOVE k t LEFT LEFT 0.1", Nothing)]
    [DataRow("BRPOPLPUSH k t 0.1", Nothing)]
    [DataRow("BZMPOP 0.1 1 k MIN", Nothing)]
    [DataRow("WAIT 1 100", ":0\r\n")]
    public void A_timeout_answers_with_nothing_and_leaves_nothing_behind(string command, string reply)
    {
        ManualTimeProvider time = new();
        using InProcessClient pusher = new(shards: 3, time);
        using InProcessClient client = new(pusher.Engine);
        Assert.IsNull(client.Begin(command.Split(' ')));
        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.IsNull(client.Poll());
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.AreEqual(reply, client.Poll());
        AssertNobodyWaits(pusher.Engine);
        pusher.Execute("RPUSH", "k", "a");
        Assert.AreEqual(":1\r\n", pusher.Execute("LLEN", "k"));
    }

    [TestMethod]
    public void Unblock_ends_the_waiting_as_a_timeout_or_with_an_error()
    {
        using InProcessClient other = new(shards: 3);
        using InProcessClient client = new(other.Engine);
        string id = client.Session.Client.Id.ToString(CultureInfo.InvariantCulture);
        Assert.AreEqual(":0\r\n", other.Execute("CLIENT", "UNBLOCK", id));
        Assert.IsNull(client.Begin("BLPOP", "a", "b", "c", "0"));
        StringAssert.Contains(other.Execute("CLIENT", "LIST", "ID", id), "flags=b", StringComparison.Ordinal);
        Assert.AreEqual(":1\r\n", other.Execute("CLIENT", "UNBLOCK", id));
        Assert.AreEqual(Nothing, client.Poll());
        Assert.IsNull(client.Begin("BLMOVE", "a", "b", "LEFT", "LEFT", "0"));
        Assert.AreEqual(":1\r\n", other.Execute("CLIENT", "UNBLOCK", id, "ERROR"));
        Assert.AreEqual("-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n", client.Poll());
        AssertNobodyWaits(other.Engine);
    }

    [TestMethod]
    public void A_client_that_goes_takes_nothing_with_it()
    {
        using InProcessClient pusher = new(shards: 3);
        using InProcessClient patient = new(pusher.Engine);
        using (InProcessClient gone = new(pusher.Engine))
        {
            Assert.IsNull(gone.Begin("BLPOP", "k", "j", "0"));
            Assert.IsNull(patient.Begin("BLPOP", "k", "0"));
        }

        pusher.Execute("RPUSH", "k", "a");
        Assert.AreEqual("*2\r\n$1\r\nk\r\n$1\r\na\r\n", patient.Poll());
        AssertNobodyWaits(pusher.Engine);
    }

    [TestMethod]
    public void A_stop_releases_who_waits_with_an_error()
    {
        using InProcessClient other = new(shards: 3);
        using InProcessClient client = new(other.Engine);
        Assert.IsNull(client.Begin("BLPOP", "a", "b", "c", "0"));
        client.Session.Release();
        Assert.AreEqual("-ERR Server is shutting down\r\n", client.Poll());
        AssertNobodyWaits(other.Engine);
        Assert.AreEqual("-ERR Server is shutting down\r\n", client.Begin("BLPOP", "a", "0"));
    }

    [TestMethod]
    public void Inside_a_transaction_nothing_waits()
    {
        using InProcessClient client = new(shards: 3);
        string replies = client.Pipeline(["MULTI"], ["BLPOP", "a", "b", "0"], ["BLMOVE", "a", "b", "LEFT", "LEFT", "0"], ["BZPOPMIN", "a", "0"], ["WAIT", "1", "0"], ["EXEC"]);
        StringAssert.EndsWith(replies, "*4\r\n*-1\r\n$-1\r\n*-1\r\n:0\r\n", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Commands_behind_a_blocked_one_wait_with_it()
    {
        using InProcessClient pusher = new(shards: 3);
        using InProcessClient client = new(pusher.Engine);
        byte[] request = [.. ((string[][])[["SET", "x", "1"], ["BLPOP", "k", "0"], ["INCR", "x"]]).SelectMany(c => InProcessClient.Request(Array.ConvertAll(c, System.Text.Encoding.ASCII.GetBytes)))];
        client.Feed(request);
        Assert.IsNull(client.Poll());
        Assert.AreEqual("$1\r\n1\r\n", pusher.Execute("GET", "x"));
        pusher.Execute("RPUSH", "k", "a");
        Assert.AreEqual("*2\r\n$1\r\nk\r\n$1\r\na\r\n:2\r\n", client.Poll());
    }

    internal static void AssertNobodyWaits(StoreEngine engine)
    {
        Assert.AreEqual(0, engine.BlockedClients.Count);
        foreach (ShardBlock shard in engine.Shards)
        {
            Assert.IsNull(shard.Waiters);
            Assert.IsNull(shard.TransactionEnd);
        }
    }
}
