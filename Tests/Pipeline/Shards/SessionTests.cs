using System.Globalization;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Shards;

/// <summary>What a client sees of batches: one reply for each command, in its order, whatever shards the commands run on.</summary>
[TestClass]
public sealed class SessionTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(8)]
    public void Replies_come_in_command_order_over_many_shards(int shards)
    {
        using InProcessClient client = new(shards);
        Random random = new(shards);
        Dictionary<string, long> counters = [];
        for (int round = 0; round < 50; round++)
        {
            List<string[]> commands = [];
            List<string> expected = [];
            for (int i = random.Next(1, 200); i > 0; i--)
                AddCommand(random, counters, commands, expected);
            Assert.AreEqual(string.Concat(expected), client.Pipeline([.. commands]), $"round {round}, {shards} shards");
        }
    }

    [TestMethod]
    public void A_pipeline_longer_than_a_batch_is_answered_whole()
    {
        using InProcessClient client = new(2);
        string[][] commands = [.. Enumerable.Range(0, 5000).Select(i => new[] { "PING", i.ToString(CultureInfo.InvariantCulture) })];
        string replies = client.Pipeline(commands);
        Assert.AreEqual(string.Concat(commands.Select(c => $"${c[1].Length}\r\n{c[1]}\r\n")), replies);
    }

    [TestMethod]
    public void An_unknown_command_and_a_wrong_arity_are_errors_in_their_place()
    {
        using InProcessClient client = new();
        string replies = client.Pipeline(["PING"], ["NOSUCH", "a", "b"], ["GET"], ["CLIENT", "NOSUCH"], ["PING"]);
        Assert.AreEqual(
            "+PONG\r\n-ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' \r\n-ERR wrong number of arguments for 'get' command\r\n"
            + "-ERR unknown subcommand 'NOSUCH'. Try CLIENT HELP.\r\n+PONG\r\n",
            replies);
    }

    [TestMethod]
    public void What_comes_before_a_protocol_error_is_answered_and_then_the_connection_closes()
    {
        using InProcessClient client = new();
        string replies = System.Text.Encoding.Latin1.GetString(client.Send("PING\r\n*1\r\n!4\r\nPING\r\n"u8));
        Assert.AreEqual("+PONG\r\n-ERR Protocol error: expected '$', got '!'\r\n", replies);
        Assert.AreEqual("closed by the session", client.ClosedBecause);
    }

    [TestMethod]
    public void Quit_answers_and_ends_what_follows()
    {
        using InProcessClient client = new();
        Assert.AreEqual("+PONG\r\n+OK\r\n", client.Pipeline(["PING"], ["QUIT"], ["PING"]));
        Assert.IsNotNull(client.ClosedBecause);
    }

    [TestMethod]
    public void Select_takes_effect_within_a_pipeline()
    {
        using InProcessClient client = new(2);
        Assert.AreEqual("+OK\r\n+OK\r\n$-1\r\n+OK\r\n$1\r\na\r\n", client.Pipeline(["SET", "k", "a"], ["SELECT", "3"], ["GET", "k"], ["SELECT", "0"], ["GET", "k"]));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void What_changes_a_session_holds_for_the_next_command_of_its_pipeline(int shards)
    {
        using InProcessClient client = new(shards);
        string replies = client.Pipeline(
            ["SET", "k", "1"], ["CLIENT", "REPLY", "SKIP"], ["INCR", "k"], ["GET", "k"], ["MULTI"], ["INCR", "k"], ["GET", "k", "k"], ["GET", "k"], ["DISCARD"], ["INCR", "k"],
            ["CLIENT", "REPLY", "OFF"], ["INCR", "k"], ["CLIENT", "REPLY", "ON"], ["GET", "k"], ["SUBSCRIBE", "c"], ["GET", "k"], ["UNSUBSCRIBE", "c"], ["GET", "k"], ["HGET", "k"]);
        Assert.AreEqual(
            "+OK\r\n$1\r\n2\r\n+OK\r\n+QUEUED\r\n-ERR wrong number of arguments for 'get' command\r\n+QUEUED\r\n+OK\r\n:3\r\n"
            + "+OK\r\n$1\r\n4\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n"
            + "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context\r\n"
            + "*3\r\n$11\r\nunsubscribe\r\n$1\r\nc\r\n:0\r\n$1\r\n4\r\n-ERR wrong number of arguments for 'hget' command\r\n",
            replies);
    }

    [TestMethod]
    public void Hello_switches_the_protocol_for_what_follows_only()
    {
        using InProcessClient client = new(2);
        string replies = client.Pipeline(["GET", "none"], ["HELLO", "3"], ["GET", "none"]);
        StringAssert.StartsWith(replies, "$-1\r\n%7\r\n");
        StringAssert.EndsWith(replies, "_\r\n");
    }

    [TestMethod]
    public async Task A_batch_in_flight_holds_the_session_until_its_shard_is_free()
    {
        using StoreEngine engine = new(new StoreEngineOptions { Shards = 1 }, TimeProvider.System);
        using InProcessClient client = new(engine);
        using Barrier inside = new(2);
        using ManualResetEventSlim leave = new();
        Thread other = new(() => engine.PostToShards(_ =>
        {
            inside.SignalAndWait();
            leave.Wait();
        }));
        other.Start();
        inside.SignalAndWait();
        Task<string> answer = Task.Factory.StartNew(
            () => client.Execute("SET", "k", "v"), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.IsFalse(answer.IsCompleted);
        leave.Set();
        other.Join();
        Assert.AreEqual("+OK\r\n", await answer);
    }

    private static void AddCommand(Random random, Dictionary<string, long> counters, List<string[]> commands, List<string> expected)
    {
        string key = "k" + random.Next(40).ToString(CultureInfo.InvariantCulture);
        switch (random.Next(4))
        {
            case 0:
                counters[key] = counters.GetValueOrDefault(key) + 1;
                commands.Add(["INCR", key]);
                expected.Add($":{counters[key]}\r\n");
                break;
            case 1:
                int value = random.Next(1000);
                counters[key] = value;
                commands.Add(["SET", key, value.ToString(CultureInfo.InvariantCulture)]);
                expected.Add("+OK\r\n");
                break;
            case 2:
                commands.Add(["GET", key]);
                expected.Add(counters.TryGetValue(key, out long has) ? $"${has.ToString(CultureInfo.InvariantCulture).Length}\r\n{has}\r\n" : "$-1\r\n");
                break;
            default:
                commands.Add(["PING"]);
                expected.Add("+PONG\r\n");
                break;
        }
    }
}
