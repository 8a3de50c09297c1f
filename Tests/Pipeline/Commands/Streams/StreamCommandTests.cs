using System.Globalization;
using System.Text.RegularExpressions;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands.Streams;

/// <summary>Commands on streams beside redis-server: errors, forms of RESP3, events; and what 7.2 does otherwise than the installed 7.0.</summary>
[TestClass]
public sealed class StreamCommandTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task Errors_are_those_of_redis(int shards)
    {
        await using SideBySide both = await SideBySide.StartAsync(shards);
        both.CheckLines(StreamScripts.Errors);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task Replies_are_those_of_redis_in_both_protocols(int shards)
    {
        await using SideBySide both = await SideBySide.StartAsync(shards);
        both.CheckInBothProtocols(StreamScripts.Semantics);
    }

    [TestMethod]
    public void Inside_a_transaction_a_read_never_waits()
    {
        using InProcessClient client = new();
        client.Line("MULTI");
        client.Line("XADD n 1-1 f v");
        client.Line("XREAD BLOCK 0 STREAMS n $");
        client.Line("XREAD BLOCK 0 STREAMS n 0");
        Assert.AreEqual("*3\r\n$3\r\n1-1\r\n*-1\r\n*1\r\n*2\r\n$1\r\nn\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n", client.Line("EXEC"));
    }

    [TestMethod]
    [DataRow("XREAD STREAMS s t 0", "-ERR Unbalanced 'xread' list of streams: for each stream key an ID or '$' must be specified.\r\n")]
    [DataRow("XREADGROUP GROUP g c COUNT 1 STREAMS s", "-ERR Unbalanced 'xreadgroup' list of streams: for each stream key an ID or '>' must be specified.\r\n")]
    [DataRow("XSETID s 2-0", "-ERR The ID specified in XSETID is smaller than current max_deleted_entry_id\r\n")]
    public void Errors_that_72_words_otherwise_are_those_of_72(string line, string expected)
    {
        using InProcessClient client = new();
        client.Line("XADD s 1-1 f v");
        client.Line("XADD s 3-1 f v");
        client.Line("XDEL s 3-1");
        Assert.AreEqual(expected, client.Line(line));
    }

    [TestMethod]
    public async Task XINFO_tells_the_same_but_for_times_and_the_fields_of_72()
    {
        await using SideBySide both = await SideBySide.StartAsync();
        both.CheckLines(StreamScripts.Filled);
        foreach (string[] command in new string[][] { ["XINFO", "STREAM", "s"], ["XINFO", "STREAM", "s", "FULL"], ["XINFO", "STREAM", "s", "FULL", "COUNT", "1"], ["XINFO", "GROUPS", "s"], ["XINFO", "CONSUMERS", "s", "g"] })
            Assert.AreEqual(Masked(both.Theirs(command)), Masked(both.Ours.Execute(command)), string.Join(' ', command));
    }

    [TestMethod]
    public void A_read_that_finds_nothing_makes_its_consumer_which_has_never_been_active()
    {
        using InProcessClient client = new();
        client.Line("XGROUP CREATE s g $ MKSTREAM");
        Assert.AreEqual("*-1\r\n", client.Line("XREADGROUP GROUP g c STREAMS s >"));
        StringAssert.Contains(client.Line("XINFO CONSUMERS s g"), "$8\r\ninactive\r\n:-1\r\n");
        client.Line("XADD s 1-1 f v");
        client.Line("XREADGROUP GROUP g c STREAMS s >");
        Assert.DoesNotContain(":-1\r\n", client.Line("XINFO CONSUMERS s g"));
    }

    [TestMethod]
    public void Ids_of_the_clock_grow_even_when_it_does_not()
    {
        ManualTimeProvider time = new();
        using InProcessClient client = new(time: time);
        string first = client.Line("XADD s * f v");
        string second = client.Line("XADD s * f v");
        Assert.AreEqual(first[..^3] + "1\r\n", second);
        client.Line("XADD s 18446744073709551615-18446744073709551614 f v");
        StringAssert.StartsWith(client.Line("XADD s * f v"), "$41\r\n18446744073709551615-18446744073709551615");
        Assert.AreEqual("-ERR The stream has exhausted the last possible ID, unable to add more items\r\n", client.Line("XADD s * f v"));
    }

    [TestMethod]
    public void Changes_are_reported_as_redis_names_them()
    {
        using InProcessClient client = new();
        client.Line("CONFIG SET notify-keyspace-events KEt");
        using InProcessClient listener = new(client.Engine);
        listener.Line("PSUBSCRIBE __keyevent@0__:*");
        foreach (string line in StreamScripts.Events.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            client.Line(line);
        string[] told = [.. Regex.Matches(listener.Receive(), "__keyevent@0__:([a-z-]+)").Select(match => match.Groups[1].Value)];
        string[] expected = ["xadd", "xadd", "xtrim", "xgroup-create", "xgroup-createconsumer", "xgroup-createconsumer", "xgroup-setid", "xsetid", "xdel", "xgroup-delconsumer", "xgroup-destroy", "xadd", "xtrim"];
        CollectionAssert.AreEqual(expected, told, string.Join(' ', told));
    }

    [TestMethod]
    public void What_a_group_knows_of_its_consumers_spoils_no_watch()
    {
        using InProcessClient client = new();
        using InProcessClient other = new(client.Engine);
        foreach (string line in StreamScripts.Filled.Split('\n', StringSplitOptions.TrimEntries))
            client.Line(line);
        client.Line("WATCH s");
        other.Line("XACK s g 1-1");
        other.Line("XCLAIM s g c1 0 2-1");
        client.Line("MULTI");
        client.Line("PING");
        Assert.AreEqual("*1\r\n+PONG\r\n", client.Line("EXEC"));
    }

    [TestMethod]
    public void Streams_move_between_shards_with_their_groups()
    {
        using InProcessClient client = new(shards: 4);
        foreach (string line in StreamScripts.Filled.Split('\n', StringSplitOptions.TrimEntries))
            client.Line(line);
        string full = client.Line("XINFO STREAM s FULL");
        string at = "s";
        for (int i = 0; i < 8; i++)
        {
            string to = "t" + i.ToString(CultureInfo.InvariantCulture);
            Assert.AreEqual(":1\r\n", client.Execute("COPY", at, to + "copy"));
            Assert.AreEqual(full, client.Execute("XINFO", "STREAM", to + "copy", "FULL"));
            Assert.AreEqual("+OK\r\n", client.Execute("RENAME", at, to));
            Assert.AreEqual(full, client.Execute("XINFO", "STREAM", to, "FULL"));
            at = to;
        }

        Assert.AreEqual("+stream\r\n", client.Execute("TYPE", at));
        client.Line("FLUSHALL");
        foreach (ShardBlock shard in client.Engine.Shards)
            Assert.AreEqual(0, shard.Keyspace.MemoryBytes);
    }

    [TestMethod]
    public void COMMAND_tells_of_streams_and_their_keys()
    {
        using InProcessClient client = new();
        StringAssert.Contains(client.Line("COMMAND INFO xread"), "$7\r\nkeyword\r\n$7\r\nSTREAMS\r\n$9\r\nstartfrom\r\n:1\r\n");
        StringAssert.Contains(client.Line("COMMAND INFO xadd"), "+@stream\r\n");
        Assert.AreEqual("*2\r\n$1\r\na\r\n$1\r\nb\r\n", client.Line("COMMAND GETKEYS XREADGROUP GROUP g c COUNT 2 NOACK STREAMS a b > 0"));
        StringAssert.Contains(client.Line("COMMAND LIST FILTERBY ACLCAT stream"), "xautoclaim");
        StringAssert.StartsWith(client.Line("XGROUP HELP"), "*");
        StringAssert.StartsWith(client.Line("XINFO HELP"), "*");
    }

    [TestMethod]
    public void A_script_may_read_but_not_wait()
    {
        using InProcessClient client = new();
        client.Line("XADD s 1-1 f v");
        StringAssert.Contains(client.Execute("EVAL", "return redis.call('XREAD', 'BLOCK', 0, 'STREAMS', 's', '$')", "0"), "XREAD command is not allowed with BLOCK option from scripts");
        Assert.AreEqual("*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n", client.Execute("EVAL", "return redis.call('XREAD', 'STREAMS', 's', '0')", "0"));
    }

    [TestMethod]
    public void Nodes_follow_the_options()
    {
        using InProcessClient client = new();
        try
        {
            client.Line("CONFIG SET stream-node-max-entries 10");
            for (int i = 0; i < 95; i++)
                client.Line("XADD s * f v");
            StringAssert.Contains(client.Line("XINFO STREAM s"), "radix-tree-keys\r\n:10\r\n");
        }
        finally
        {
            client.Line("CONFIG SET stream-node-max-entries 100");
        }
    }

    [TestMethod]
    public void Hot_commands_allocate_nothing()
    {
        using StoreEngine engine = new(new StoreEngineOptions(), TimeProvider.System);
        using InProcessClient client = new(engine);
        client.Line("XADD s * field value number 1");
        AllocationProbe.AssertNothing(engine, ["XADD", "s", "MAXLEN", "~", "1000", "*", "field", "value", "number", "12345"], ["XLEN", "s"]);
        AllocationProbe.AssertNothing(engine, ["XRANGE", "s", "-", "+", "COUNT", "10"], ["XREVRANGE", "s", "+", "-", "COUNT", "3"]);
    }

    // Times, the number of a radix tree's nodes, and the fields that 7.2 added are left out.
    private static string Masked(string reply)
    {
        reply = Regex.Replace(reply, @"\$(11\r\nactive-time|8\r\ninactive)\r\n:-?\d+\r\n", "");
        reply = Regex.Replace(reply, @"(radix-tree-nodes|seen-time|idle)\r\n:\d+", "$1\r\n:?");
        reply = Regex.Replace(reply, @":\d{13}\r\n", ":time\r\n");
        return Regex.Replace(reply, @"\*(8|6|10)\r\n\$4\r\nname", "*?\r\n$4\r\nname");
    }
}
