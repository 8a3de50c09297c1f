using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Transactions;

/// <summary>MULTI, EXEC, DISCARD and WATCH over one and several shards.</summary>
[TestClass]
public class MultiTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(8)]
    public void Replies_come_in_the_order_of_the_commands(int shards)
    {
        using InProcessClient client = new(shards);
        string replies = client.Pipeline(
            ["MULTI"], ["SET", "a", "1"], ["INCR", "a"], ["MSET", "b", "2", "c", "3", "d", "4"], ["GET", "d"], ["LPUSH", "a", "x"], ["PING"], ["EXEC"], ["GET", "a"]);
        Assert.AreEqual(
            "+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n"
            + "*6\r\n+OK\r\n:2\r\n+OK\r\n$1\r\n4\r\n-WRONGTYPE Operation against a key holding the wrong kind of value\r\n+PONG\r\n$1\r\n2\r\n",
            replies);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Several_transactions_in_one_read_keep_their_commands_apart(int shards)
    {
        using InProcessClient client = new(shards);
        string[][] commands = [.. Enumerable.Range(0, 50).SelectMany(i => (string[][])[["MULTI"], ["INCR", "n"], ["SET", $"k{i}", $"{i}"], ["EXEC"]])];
        string expected = string.Concat(Enumerable.Range(1, 50).Select(i => $"+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:{i}\r\n+OK\r\n"));
        Assert.AreEqual(expected, client.Pipeline(commands));
    }

    [TestMethod]
    public void Select_inside_a_transaction_holds_for_what_follows_it_and_for_the_client()
    {
        using InProcessClient client = new(shards: 3);
        client.Pipeline(["MULTI"], ["SET", "k", "zero"], ["SELECT", "3"], ["SET", "k", "three"], ["EXEC"], ["APPEND", "k", "!"]);
        Assert.AreEqual("$6\r\nthree!\r\n", client.Execute("GET", "k"));
        client.Execute("SELECT", "0");
        Assert.AreEqual("$4\r\nzero\r\n", client.Execute("GET", "k"));
    }

    [TestMethod]
    [DataRow("SET", "w", "2")]
    [DataRow("DEL", "w")]
    [DataRow("RENAME", "w", "x")]
    [DataRow("PEXPIRE", "w", "1000")]
    [DataRow("FLUSHDB")]
    [DataRow("FLUSHALL")]
    [DataRow("SWAPDB", "0", "1")]
    [DataRow("SWAPDB", "1", "0")]
    [DataRow("MOVE", "w", "1")]
    public void A_change_of_a_watched_key_by_another_client_fails_exec(params string[] change)
    {
        foreach (int shards in (int[])[1, 3])
        {
            using InProcessClient client = new(shards);
            using InProcessClient other = new(client.Engine);
            client.Execute("SET", "w", "1");
            client.Pipeline(["WATCH", "w", "missing"], ["MULTI"], ["SET", "result", "1"]);
            other.Execute(change);
            Assert.AreEqual("*-1\r\n", client.Execute("EXEC"), string.Join(' ', change));
            Assert.AreEqual("$-1\r\n", client.Execute("GET", "result"));
            AssertNoWatches(client.Engine);
        }
    }

    [TestMethod]
    [DataRow("SET", "other", "2")]
    [DataRow("GET", "w")]
    [DataRow("SWAPDB", "2", "3")]
    [DataRow("DEL", "missing")]
    public void What_leaves_the_watched_key_alone_does_not_fail_exec(params string[] command)
    {
        using InProcessClient client = new(shards: 3);
        using InProcessClient other = new(client.Engine);
        client.Execute("SET", "w", "1");
        client.Pipeline(["WATCH", "w", "missing"], ["MULTI"], ["PING"]);
        other.Execute(command);
        Assert.AreEqual("*1\r\n+PONG\r\n", client.Execute("EXEC"));
    }

    [TestMethod]
    public void A_watched_key_that_expires_before_exec_fails_it_and_one_that_had_expired_before_watch_does_not()
    {
        ManualTimeProvider time = new();
        using InProcessClient client = new(time: time);
        client.Pipeline(["SET", "w", "1", "PX", "100"], ["WATCH", "w"], ["MULTI"], ["PING"]);
        time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.AreEqual("*-1\r\n", client.Execute("EXEC"));

        client.Execute("SET", "w", "1", "PX", "100");
        time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.AreEqual("*1\r\n+PONG\r\n", client.Pipeline(["WATCH", "w"], ["MULTI"], ["PING"], ["EXEC"])["+OK\r\n+OK\r\n+QUEUED\r\n".Length..]);
    }

    [TestMethod]
    [DataRow("UNWATCH")]
    [DataRow("DISCARD")]
    [DataRow("RESET")]
    public void Watches_end_with(string command)
    {
        using InProcessClient client = new(shards: 3);
        using InProcessClient other = new(client.Engine);
        client.Pipeline(["WATCH", "a", "b", "c"], ["MULTI"]);
        client.Execute("DISCARD");
        client.Execute("WATCH", "a", "b", "c");
        if (command == "DISCARD")
            client.Execute("MULTI");
        client.Execute(command);
        AssertNoWatches(client.Engine);
        other.Execute("SET", "a", "1");
        StringAssert.EndsWith(client.Pipeline(["MULTI"], ["PING"], ["EXEC"]), "*1\r\n+PONG\r\n", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Watches_end_with_the_connection()
    {
        using InProcessClient client = new(shards: 3);
        using (InProcessClient other = new(client.Engine))
            other.Pipeline(["WATCH", "a", "b", "c"], ["MULTI"], ["SET", "a", "1"]);
        AssertNoWatches(client.Engine);
        Assert.AreEqual("$-1\r\n", client.Execute("GET", "a"));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(8)]
    public async Task Transfers_are_seen_whole_or_not_at_all(int shards)
    {
        const int Accounts = 8, Rounds = 2000;
        using InProcessClient auditor = new(shards);
        for (int i = 0; i < Accounts; i++)
            auditor.Execute("SET", $"account{i}", "100");
        Task[] transfers = [.. Enumerable.Range(1, 3).Select(seed => Task.Run(() => Transfer(auditor.Engine, seed, Accounts, Rounds)))];
        string[][] audit = [["MULTI"], .. Enumerable.Range(0, Accounts).Select(i => new[] { "GET", $"account{i}" }), ["EXEC"]];
        int audits = 0;
        while (!Task.WhenAll(transfers).IsCompleted || audits == 0)
        {
            string[] lines = auditor.Pipeline(audit).Split("\r\n");
            long sum = lines.Where(line => long.TryParse(line, out _)).Sum(long.Parse);
            Assert.AreEqual(100L * Accounts, sum, $"audit {audits}, {shards} shards");
            audits++;
        }

        await Task.WhenAll(transfers).WaitAsync(Patience);
    }

    [TestMethod]
    public void A_transaction_of_six_sets_allocates_nothing_in_the_steady_state()
    {
        using StoreEngine engine = new(new StoreEngineOptions(), TimeProvider.System);
        using InProcessClient client = new(engine);
        byte[] request = [.. ((string[][])[["MULTI"], .. Enumerable.Range(0, 6).Select(i => new[] { "SET", $"key{i}", "value" }), ["EXEC"]])
            .SelectMany(command => InProcessClient.Request(Array.ConvertAll(command, System.Text.Encoding.ASCII.GetBytes)))];
        const int Transactions = 10_000;
        client.SendQuietly(request, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        client.SendQuietly(request, Transactions);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Console.WriteLine($"{Transactions} transactions of 6 SETs: {bytes} bytes allocated");
        Assert.IsLessThan(64 * 1024, bytes);
    }

    private static void Transfer(StoreEngine engine, int seed, int accounts, int rounds)
    {
        Random random = new(seed);
        using InProcessClient client = new(engine);
        for (int round = 0; round < rounds; round++)
        {
            string amount = random.Next(1, 10).ToString(System.Globalization.CultureInfo.InvariantCulture);
            client.Pipeline(["MULTI"], ["DECRBY", $"account{random.Next(accounts)}", amount], ["INCRBY", $"account{random.Next(accounts)}", amount], ["EXEC"]);
        }
    }

    private static void AssertNoWatches(StoreEngine engine)
    {
        foreach (ShardBlock shard in engine.Shards)
            Assert.IsNull(shard.Watches);
    }
}
