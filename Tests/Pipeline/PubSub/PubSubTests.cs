using System.Globalization;
using System.Text.RegularExpressions;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.PubSub;

/// <summary>Channels, patterns and shard channels: who gets what, in which form and order.</summary>
[TestClass]
public sealed partial class PubSubTests
{
    // A client that hears itself gets the message behind its reply since 7.2, before it in 7.0: that line is left out.
    [TestMethod]
    public async Task Confirmations_and_refusals_are_those_of_redis()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        string[][] lines = [.. """
            PING
            SUBSCRIBE a b a
            PING
            PING x
            GET k
            PUBLISH a x
            CLIENT LIST
            PSUBSCRIBE a* b?
            UNSUBSCRIBE a nosuch
            SSUBSCRIBE s t
            SUNSUBSCRIBE s
            PUNSUBSCRIBE a*
            PUNSUBSCRIBE b?
            UNSUBSCRIBE b
            GET k
            SUNSUBSCRIBE t
            GET k
            UNSUBSCRIBE
            PUNSUBSCRIBE
            SUNSUBSCRIBE
            SUBSCRIBE
            SUBSCRIBE c
            RESET
            GET k
            MULTI
            SUBSCRIBE m n
            EXEC
            UNSUBSCRIBE m
            UNSUBSCRIBE
            PUBSUB NUMSUB c x
            PUBSUB NUMPAT
            PUBSUB CHANNELS
            PUBSUB CHANNELS x* y
            PUBSUB SHARDNUMSUB s
            PUBSUB WHAT
            PUBLISH nobody x
            SPUBLISH nobody x
            QUIT
            """.Split('\n').Select(line => line.Split(' '))];
        foreach (string[][] commands in (string[][][])[lines, [["HELLO", "3"], .. lines.Where(line => line[0] != "PUBLISH" || line[1] != "a")]])
        {
            byte[] request = [.. commands.SelectMany(words => InProcessClient.Request(Array.ConvertAll(words, System.Text.Encoding.Latin1.GetBytes)))];
            string theirs = System.Text.Encoding.Latin1.GetString(await redis.ExchangeAsync(request));
            using InProcessClient client = new(shards: 3);
            string ours = System.Text.Encoding.Latin1.GetString(client.Send(request));
            Assert.AreEqual(Comparable(theirs), Comparable(ours));
        }
    }

    [TestMethod]
    public void Messages_go_to_channels_and_patterns_and_are_counted()
    {
        using InProcessClient publisher = new(shards: 3);
        using InProcessClient two = new(publisher.Engine);
        using InProcessClient three = new(publisher.Engine);
        two.Execute("SUBSCRIBE", "news");
        two.Execute("PSUBSCRIBE", "n*");
        three.Execute("HELLO", "3");
        three.Execute("SUBSCRIBE", "news");
        three.Execute("SSUBSCRIBE", "news");
        Assert.AreEqual(":3\r\n", publisher.Execute("PUBLISH", "news", "hello"));
        Assert.AreEqual("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n*4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n$5\r\nhello\r\n", two.Receive());
        Assert.AreEqual(">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$5\r\nhello\r\n", three.Receive());
        Assert.AreEqual(":1\r\n", publisher.Execute("SPUBLISH", "news", "x"));
        Assert.AreEqual(">3\r\n$8\r\nsmessage\r\n$4\r\nnews\r\n$1\r\nx\r\n", three.Receive());
        Assert.AreEqual("", two.Receive());
    }

    [TestMethod]
    public void A_resp3_client_may_go_on_with_commands_and_hears_itself()
    {
        using InProcessClient client = new();
        client.Execute("HELLO", "3");
        client.Execute("SUBSCRIBE", "c");
        Assert.AreEqual("+OK\r\n:1\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nx\r\n", client.Pipeline(["SET", "k", "v"], ["PUBLISH", "c", "x"]));
    }

    [TestMethod]
    public void A_subscription_ends_with_its_connection()
    {
        using InProcessClient publisher = new();
        using (InProcessClient client = new(publisher.Engine))
        {
            client.Execute("SUBSCRIBE", "a");
            client.Execute("PSUBSCRIBE", "*");
        }

        Assert.AreEqual(":0\r\n", publisher.Execute("PUBLISH", "a", "x"));
        Assert.AreEqual("*0\r\n", publisher.Execute("PUBSUB", "CHANNELS"));
        Assert.AreEqual(":0\r\n", publisher.Execute("PUBSUB", "NUMPAT"));
    }

    [TestMethod]
    public async Task What_a_publisher_sends_arrives_in_its_order_at_everybody()
    {
        const int Publishers = 4, Messages = 2000, Subscribers = 10;
        using InProcessClient first = new(shards: 3);
        InProcessClient[] subscribers = [.. Enumerable.Range(0, Subscribers).Select(_ => new InProcessClient(first.Engine))];
        foreach (InProcessClient subscriber in subscribers)
            subscriber.Execute("SUBSCRIBE", "c");
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(publisher => Task.Run(() =>
        {
            using InProcessClient client = new(first.Engine);
            for (int i = 0; i < Messages; i++)
                Assert.AreEqual($":{Subscribers}\r\n", client.Execute("PUBLISH", "c", $"{publisher}:{i}"));
        })));
        foreach (InProcessClient subscriber in subscribers)
        {
            int[] next = new int[Publishers];
            foreach (Match match in Numbered().Matches(subscriber.Receive()))
                Assert.AreEqual(next[int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)]++, int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
            CollectionAssert.AreEqual(Enumerable.Repeat(Messages, Publishers).ToArray(), next);
            subscriber.Dispose();
        }
    }

    [TestMethod]
    public void A_subscriber_that_does_not_read_is_cut_off_at_its_limit()
    {
        using InProcessClient publisher = new();
        using InProcessClient slow = new(publisher.Engine);
        publisher.Execute("CONFIG", "SET", "client-output-buffer-limit", "pubsub 100000 0 0");
        slow.Execute("SUBSCRIBE", "c");
        string message = new('x', 1000);
        for (int i = 0; i < 90; i++)
            publisher.Execute("PUBLISH", "c", message);
        Assert.IsNull(slow.ClosedBecause);
        for (int i = 0; i < 10; i++)
            publisher.Execute("PUBLISH", "c", message);
        StringAssert.Contains(slow.ClosedBecause, "client-output-buffer-limit", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_monitor_sees_what_runs_and_not_what_operators_do()
    {
        ManualTimeProvider time = new();
        using InProcessClient client = new(shards: 3, time);
        using InProcessClient monitor = new(client.Engine);
        Assert.AreEqual("+OK\r\n", monitor.Execute("MONITOR"));
        client.Pipeline(["SELECT", "2"], ["SET", "k\n", "\"v\\"], ["CONFIG", "GET", "port"], ["MULTI"], ["MSET", "a", "1", "b", "2"], ["EXEC"]);
        const string At = "+1577836800.000000 [2 127.0.0.1:50000] ";
        Assert.AreEqual(
            "+1577836800.000000 [0 127.0.0.1:50000] \"SELECT\" \"2\"\r\n" + At + "\"SET\" \"k\\n\" \"\\\"v\\\\\"\r\n" + At + "\"MULTI\"\r\n" + At + "\"MSET\" \"a\" \"1\" \"b\" \"2\"\r\n" + At + "\"EXEC\"\r\n",
            monitor.Receive());
        monitor.Execute("RESET");
        client.Execute("GET", "a");
        Assert.AreEqual("", monitor.Receive());
    }

    // CLIENT LIST describes the process, HELLO names the server; sets of names have no order, but here there is one name at most.
    private static string Comparable(string replies) => ServerGreeting().Replace(replies, "greeting");

    [GeneratedRegex("%7\r\n.*?modules\r\n\\*0\r\n|=\\d+\r\ntxt:.*?\n\r\n", RegexOptions.Singleline)]
    private static partial Regex ServerGreeting();

    [GeneratedRegex(@"(\d):(\d+)\r\n")]
    private static partial Regex Numbered();
}
