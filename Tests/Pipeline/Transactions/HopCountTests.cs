using System.Globalization;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Transactions;

/// <summary>What INFO transaction counts: hops are exact, under both policies.</summary>
[TestClass]
public sealed class HopCountTests
{
    [TestMethod]
    [DataRow(TransactionPolicy.Ordered)]
    [DataRow(TransactionPolicy.Vll)]
    public void A_multi_of_six_commands_over_three_shards_is_one_hop_a_shard(TransactionPolicy policy)
    {
        using InProcessClient client = Client(policy, shards: 3);
        string[][] commands = [.. Enumerable.Range(0, 6).Select(i => new[] { "SET", client.Engine.KeyOn(i % 3, $"k{i}"), "v" })];
        string replies = client.Pipeline([["MULTI"], .. commands, ["EXEC"]]);
        StringAssert.EndsWith(replies, "*6\r\n" + string.Concat(Enumerable.Repeat("+OK\r\n", 6)), StringComparison.Ordinal);
        // Only what is added by INFO itself, which is one transaction over all three, stands beside it.
        Assert.AreEqual((1, 3), Counted(client));
    }

    [TestMethod]
    [DataRow(TransactionPolicy.Ordered, 3)]
    [DataRow(TransactionPolicy.Vll, 6)]
    public void Watches_are_looked_at_in_a_hop_of_their_own_where_parts_run(TransactionPolicy policy, int hops)
    {
        using InProcessClient client = Client(policy, shards: 3);
        string[] keys = [.. Enumerable.Range(0, 3).Select(i => client.Engine.KeyOn(i, "k"))];
        client.Pipeline(["WATCH", keys[0]], ["MULTI"], ["SET", keys[1], "v"], ["SET", keys[2], "v"], ["EXEC"]);
        // WATCH of one key is a transaction of one hop.
        Assert.AreEqual((2, hops + 1), Counted(client));
    }

    [TestMethod]
    [DataRow(TransactionPolicy.Ordered)]
    [DataRow(TransactionPolicy.Vll)]
    public void A_batch_is_one_message_a_shard_and_no_transaction(TransactionPolicy policy)
    {
        using InProcessClient client = Client(policy, shards: 3);
        long before = client.Engine.Shards.Sum(shard => shard.Ledger.Done);
        client.Pipeline([.. Enumerable.Range(0, 30).Select(i => new[] { "SET", client.Engine.KeyOn(i % 3, $"k{i}"), "v" })]);
        Assert.AreEqual(3, client.Engine.Shards.Sum(shard => shard.Ledger.Done) - before);
        Assert.AreEqual((0, 0), Counted(client));
    }

    [TestMethod]
    [DataRow(TransactionPolicy.Ordered)]
    [DataRow(TransactionPolicy.Vll)]
    public void A_command_that_waits_on_one_shard_is_no_transaction(TransactionPolicy policy)
    {
        using InProcessClient client = Client(policy, shards: 3);
        using InProcessClient waiter = new(client.Engine);
        string[] keys = [client.Engine.KeyOn(1, "k"), client.Engine.KeyOn(1, "j")];
        Assert.IsNull(waiter.Begin(["BLPOP", .. keys, "0"]));
        client.Execute("RPUSH", keys[1], "v");
        StringAssert.EndsWith(waiter.Poll(), "v\r\n", StringComparison.Ordinal);
        Assert.AreEqual((0, 0), Counted(client));
    }

    [TestMethod]
    [DataRow(TransactionPolicy.Ordered)]
    [DataRow(TransactionPolicy.Vll)]
    public void A_script_that_uses_no_keys_but_its_own_runs_on_their_shard_and_any_other_holds_all(TransactionPolicy policy)
    {
        const string Body = "redis.call('SET', KEYS[1], ARGV[1]) return redis.call('GET', KEYS[2])";
        using InProcessClient client = Client(policy, shards: 3);
        string[] call = ["2", client.Engine.KeyOn(1, "k"), client.Engine.KeyOn(1, "j"), "v"];
        string sha = client.Execute("SCRIPT", "LOAD", Body).Split("\r\n")[1];
        string[][] proven = [["EVAL", Body, .. call], ["EVALSHA", sha, .. call], ["EVAL", "#!lua flags=disallow-undeclared-keys\n" + Body.Replace("KEYS[2]", "'' .. KEYS[2]", StringComparison.Ordinal), .. call]];
        foreach (string[] command in proven)
        {
            long[] before = [.. client.Engine.Shards.Select(shard => shard.Ledger.Done)];
            Assert.AreEqual("$-1\r\n", client.Execute(command));
            CollectionAssert.AreEqual((long[])[0, 1, 0], (long[])[.. client.Engine.Shards.Select(shard => shard.Ledger.Done - before[shard.Index])], command[1]);
        }

        Assert.AreEqual((0, 0), Counted(client));
        long global = client.Engine.Shards.Sum(shard => shard.Transactions.Global);
        Assert.AreEqual("$-1\r\n", client.Execute(["EVAL", Body.Replace("KEYS[2]", "'j'", StringComparison.Ordinal), .. call]));
        Assert.AreEqual(global + 1, client.Engine.Shards.Sum(shard => shard.Transactions.Global));
    }

    [TestMethod]
    public void An_uncontended_transaction_of_one_shard_runs_while_it_is_scheduled()
    {
        using InProcessClient client = Client(TransactionPolicy.Vll, shards: 3);
        client.Pipeline(["WATCH", "k"], ["UNWATCH"], ["WATCH", "j"]);
        StringAssert.Contains(client.Execute("INFO", "transaction"), "tx_at_once_total:2\r\n", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(TransactionPolicy.Ordered, "MGET", "*3\r\n$1\r\n0\r\n$1\r\n1\r\n$-1\r\n")]
    [DataRow(TransactionPolicy.Vll, "MGET", "*3\r\n$1\r\n0\r\n$1\r\n1\r\n$-1\r\n")]
    [DataRow(TransactionPolicy.Ordered, "EXISTS", ":2\r\n")]
    [DataRow(TransactionPolicy.Vll, "EXISTS", ":2\r\n")]
    [DataRow(TransactionPolicy.Vll, "UNLINK", ":2\r\n")]
    [DataRow(TransactionPolicy.Vll, "TOUCH", ":2\r\n")]
    [DataRow(TransactionPolicy.Vll, "DEL", ":2\r\n")]
    public void A_command_in_parts_answers_and_counts_as_one(TransactionPolicy policy, string command, string reply)
    {
        using InProcessClient client = Client(policy, shards: 3);
        string[] keys = [.. Enumerable.Range(0, 3).Select(i => client.Engine.KeyOn(i, "k"))];
        client.Pipeline(["SET", keys[0], "0"], ["SET", keys[1], "1"]);
        Assert.AreEqual(reply, client.Execute([command, .. keys]));
        StringAssert.Contains(client.Execute("INFO", "commandstats"), $"cmdstat_{command.ToLowerInvariant()}:calls=1,", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Elements_of_parts_come_in_the_order_of_the_keys_also_twice_and_empty_and_in_resp3()
    {
        using InProcessClient client = Client(TransactionPolicy.Vll, shards: 5);
        string[] keys = [.. Enumerable.Range(0, 20).Select(i => $"key{i}")];
        Assert.AreEqual("+OK\r\n", client.Execute(["MSET", .. keys.SelectMany((key, i) => new[] { key, new string('x', i) })]));
        string[] asked = [.. keys.Reverse(), "none", .. keys];
        string expected = $"*{asked.Length}\r\n" + string.Concat(asked.Select(key => key == "none" ? "$-1\r\n" : Bulk(new string('x', int.Parse(key[3..], CultureInfo.InvariantCulture)))));
        Assert.AreEqual(expected, client.Execute(["MGET", .. asked]));
        client.Execute("HELLO", "3");
        Assert.AreEqual(expected.Replace("$-1", "_", StringComparison.Ordinal), client.Execute(["MGET", .. asked]));
        Assert.AreEqual("-ERR wrong number of arguments for 'mset' command\r\n", client.Execute("MSET", "key1", "a", "key2", "b", "key3"));
    }

    private static string Bulk(string text) => $"${text.Length}\r\n{text}\r\n";

    private static InProcessClient Client(TransactionPolicy policy, int shards)
    {
        Policies.Use(policy);
        return new InProcessClient(shards);
    }

    // Transactions and hops up to now.
    private static (long Transactions, long Hops) Counted(InProcessClient client)
    {
        ShardBlock[] shards = client.Engine.Shards;
        (long, long) counted = (shards.Sum(shard => shard.Transactions.Concluded), shards.Sum(shard => shard.Transactions.Hops));
        string info = client.Execute("INFO", "transaction");
        StringAssert.Contains(info, $"tx_total:{counted.Item1}\r\n", StringComparison.Ordinal);
        return counted;
    }
}
