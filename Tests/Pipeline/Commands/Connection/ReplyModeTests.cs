using System.Text;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Commands.Connection;

/// <summary>CLIENT REPLY: which commands of a pipeline are answered.</summary>
[TestClass]
public sealed class ReplyModeTests
{
    private static readonly string[] Ping = ["PING"];

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Skip_leaves_out_the_next_reply_only(int shards)
    {
        using InProcessClient client = new(shards);
        string replies = client.Pipeline(["SET", "a", "1"], ["CLIENT", "REPLY", "SKIP"], ["SET", "b", "2"], ["GET", "b"], ["GET", "a"]);
        Assert.AreEqual("+OK\r\n$1\r\n2\r\n$1\r\n1\r\n", replies);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Off_silences_everything_until_on_which_is_answered(int shards)
    {
        using InProcessClient client = new(shards);
        string replies = client.Pipeline(
            Ping, ["CLIENT", "REPLY", "OFF"], ["SET", "a", "1"], ["NOSUCH"], ["MSET", "a", "2", "b", "3", "c", "4"], Ping, ["CLIENT", "REPLY", "ON"], ["GET", "a"]);
        Assert.AreEqual("+PONG\r\n+OK\r\n$1\r\n2\r\n", replies);
    }

    [TestMethod]
    public void Skip_holds_across_reads_and_may_be_repeated()
    {
        using InProcessClient client = new();
        Assert.AreEqual("", client.Execute("CLIENT", "REPLY", "SKIP"));
        Assert.AreEqual("", client.Execute("CLIENT", "REPLY", "SKIP"));
        Assert.AreEqual("", client.Execute("PING"));
        Assert.AreEqual("+PONG\r\n", client.Execute("PING"));
    }

    [TestMethod]
    public void A_skipped_deferred_reply_is_not_sent()
    {
        using InProcessClient client = new();
        Assert.AreEqual("+PONG\r\n", client.Pipeline(["CLIENT", "REPLY", "SKIP"], ["DEBUG", "SLEEP", "0"], Ping));
    }

    [TestMethod]
    public async Task Pipelines_are_answered_as_redis_server_answers_them()
    {
        await using RedisServerPeer redis = await Peers.StartRedisAsync();
        foreach (string mode in (string[])["SKIP", "OFF", "ON", "skip", "off"])
        {
            string[][] commands =
            [
                ["SET", "k", "0"], ["CLIENT", "REPLY", mode], ["SET", "k", "1"], ["NOSUCH"], ["INCR", "k"], ["CLIENT", "REPLY", "NO"], Ping,
                ["CLIENT", "REPLY", "SKIP"], ["CLIENT", "REPLY", "ON"], ["GET", "k"], ["CLIENT", "REPLY", "SKIP"], ["CLIENT", "REPLY", "OFF"], ["GET", "k"],
                ["CLIENT", "REPLY", "ON"], ["QUIT"],
            ];
            byte[] request = [.. commands.SelectMany(command => InProcessClient.Request(Array.ConvertAll(command, Encoding.Latin1.GetBytes)))];
            using InProcessClient ours = new();
            Assert.AreEqual(Encoding.Latin1.GetString(await redis.ExchangeAsync(request)), Encoding.Latin1.GetString(ours.Send(request)), mode);
        }
    }
}
