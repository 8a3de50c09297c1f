using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Transactions;

/// <summary>VLL step by step: one shard is kept busy, so that a transaction stays scheduled on another, and what others do meanwhile can be seen.</summary>
[TestClass]
public sealed class VllTests : IDisposable
{
    private readonly InProcessClient _first;
    private readonly InProcessClient _second;
    private readonly InProcessClient _third;
    private readonly string _a;
    private readonly string _b;

    public VllTests()
    {
        Policies.Use(TransactionPolicy.Vll);
        _first = new InProcessClient(shards: 3);
        _second = new InProcessClient(Engine);
        _third = new InProcessClient(Engine);
        _a = Engine.KeyOn(0, "a");
        _b = Engine.KeyOn(1, "b");
    }

    private StoreEngine Engine => _first.Engine;

    [TestCleanup]
    public void NothingIsLeft()
    {
        foreach (ShardBlock shard in Engine.Shards)
            Assert.IsNull(shard.Schedule);
    }

    public void Dispose()
    {
        _third.Dispose();
        _second.Dispose();
        _first.Dispose();
    }

    [TestMethod]
    public void A_command_on_a_locked_key_waits_and_those_behind_it_in_its_lane_too()
    {
        Engine.Shards[1].Keep();
        Assert.IsNull(_first.Begin("MSET", _a, "new", _b, "new"));
        string other = Engine.KeyOn(0, "x");
        Assert.AreEqual("+OK\r\n", _third.Execute("SET", other, "1"), "another key of the shard is free");
        _second.Feed(Commands(["INCR", other], ["GET", _a], ["INCR", other]));
        Assert.IsNull(_second.Poll());
        Assert.AreEqual(1, Engine.Shards[0].Transactions.ParkedLanes);
        Assert.IsNull(_third.Begin("INCR", other), "the key is locked now for the rest of the lane");
        Engine.Shards[1].Free();
        Assert.AreEqual("+OK\r\n", _first.Poll());
        Assert.AreEqual(":2\r\n$3\r\nnew\r\n:3\r\n", _second.Poll());
        Assert.AreEqual(":4\r\n", _third.Poll());
    }

    [TestMethod]
    public void A_read_of_a_key_that_is_locked_for_reading_does_not_wait()
    {
        Engine.Shards[1].Keep();
        Assert.IsNull(_first.Begin("MGET", _a, _b));
        Assert.AreEqual("$-1\r\n", _second.Execute("GET", _a));
        Assert.IsNull(_third.Begin("SET", _a, "1"));
        Engine.Shards[1].Free();
        Assert.AreEqual("*2\r\n$-1\r\n$-1\r\n", _first.Poll());
        Assert.AreEqual("+OK\r\n", _third.Poll());
    }

    [TestMethod]
    public void A_transaction_whose_locks_are_free_overtakes_one_that_waits_elsewhere()
    {
        Engine.Shards[1].Keep();
        Assert.IsNull(_first.Begin("MSET", _a, "1", _b, "1"));
        Assert.AreEqual("+OK\r\n", _second.Execute("MSET", Engine.KeyOn(0, "x"), "2", Engine.KeyOn(2, "y"), "2"));
        Assert.AreEqual(1, Engine.Shards[0].Transactions.OutOfOrder);
        Engine.Shards[1].Free();
        Assert.AreEqual("+OK\r\n", _first.Poll());
    }

    [TestMethod]
    public void A_part_runs_without_waiting_for_another_shard_and_frees_its_keys()
    {
        Engine.Shards[2].Keep();
        Assert.IsNull(_first.Begin("MSET", _b, "1", Engine.KeyOn(2, "z"), "1"));
        Assert.IsNull(_second.Begin("MSET", _a, "2", _b, "2"), "on shard 1 it waits behind the first");
        Assert.AreEqual("$1\r\n2\r\n", _third.Execute("GET", _a), "on shard 0 it has run");
        Assert.IsNull(_third.Begin("GET", _b), "and nobody sees the other half missing");
        Engine.Shards[2].Free();
        Assert.AreEqual("+OK\r\n", _first.Poll());
        Assert.AreEqual("+OK\r\n", _second.Poll());
        Assert.AreEqual("$1\r\n2\r\n", _third.Poll());
    }

    [TestMethod]
    [DataRow("RENAME {0} {1}", "+OK")]
    [DataRow("FLUSHALL", "+OK")]
    [DataRow("DBSIZE", ":2")]
    public void What_has_to_run_at_one_moment_waits_for_those_before_it(string words, string reply)
    {
        Engine.Shards[1].Keep();
        Assert.IsNull(_first.Begin("MSET", _a, "1", _b, "1"));
        Assert.IsNull(_second.Begin(string.Format(null, words, _a, _b).Split(' ')));
        Assert.IsNull(_third.Begin("SET", _a, "late"), "and others on its keys wait behind it");
        Engine.Shards[1].Free();
        Assert.AreEqual("+OK\r\n", _first.Poll());
        Assert.AreEqual(reply + "\r\n", _second.Poll());
        Assert.AreEqual("+OK\r\n", _third.Poll());
        Assert.AreEqual("$4\r\nlate\r\n", _first.Execute("GET", _a));
    }

    [TestMethod]
    public void A_script_takes_all_keys_of_its_shards()
    {
        Engine.Shards[1].Keep();
        Assert.IsNull(_first.Begin("MSET", Engine.KeyOn(0, "x"), "1", _b, "1"));
        Assert.IsNull(_second.Begin("EVAL", "#!lua flags=disallow-undeclared-keys\nreturn redis.call('get', KEYS[1])", "1", _a));
        Engine.Shards[1].Free();
        Assert.AreEqual("+OK\r\n", _first.Poll());
        Assert.AreEqual("$-1\r\n", _second.Poll());
    }

    [TestMethod]
    public void A_command_that_may_wait_comes_behind_who_has_locked_its_key()
    {
        _first.Execute("RPUSH", _a, "gone");
        Engine.Shards[1].Keep();
        Assert.IsNull(_first.Begin("DEL", _a, _b));
        Assert.IsNull(_second.Begin("BLPOP", _a, "0"));
        Assert.AreEqual(0, Engine.BlockedClients.Count, "it has not been run yet");
        Engine.Shards[1].Free();
        Assert.AreEqual(":1\r\n", _first.Poll());
        Assert.AreEqual(1, Engine.BlockedClients.Count);
        _third.Execute("RPUSH", _a, "element");
        StringAssert.EndsWith(_second.Poll(), "element\r\n", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_served_move_does_not_touch_a_destination_that_is_locked()
    {
        string to = Engine.KeyOn(0, "to");
        Assert.IsNull(_second.Begin("BLMOVE", _a, to, "LEFT", "LEFT", "0"));
        Engine.Shards[1].Keep();
        Assert.IsNull(_first.Begin("DEL", to, _b));
        Assert.AreEqual(":1\r\n", _third.Execute("RPUSH", _a, "element"));
        Assert.IsNull(_second.Poll(), "the move waits behind the DEL");
        Engine.Shards[1].Free();
        Assert.AreEqual(":0\r\n", _first.Poll(), "the DEL was first");
        Assert.AreEqual("$7\r\nelement\r\n", _second.Poll());
        Assert.AreEqual(":1\r\n", _third.Execute("LLEN", to));
    }

    [TestMethod]
    public void A_watched_key_that_is_locked_for_a_change_makes_exec_wait_for_the_change()
    {
        _second.Pipeline(["WATCH", _a], ["MULTI"], ["SET", Engine.KeyOn(2, "c"), "1"]);
        Engine.Shards[1].Keep();
        Assert.IsNull(_first.Begin("MSET", _a, "1", _b, "1"));
        Assert.IsNull(_second.Begin("EXEC"));
        Engine.Shards[1].Free();
        Assert.AreEqual("+OK\r\n", _first.Poll());
        Assert.AreEqual("*-1\r\n", _second.Poll());
    }

    [TestMethod]
    public void A_shard_that_completes_while_a_transaction_is_scheduled_lets_it_end_first()
    {
        Engine.Shards[1].Keep();
        Assert.IsNull(_first.Begin("MSET", _a, "1", _b, "1"));
        Assert.IsNull(_second.Begin("GET", _a));
        Engine.Shards[0].Complete();
        Assert.IsFalse(Engine.Shards[0].Completion.IsCompleted);
        StringAssert.StartsWith(_third.Execute("GET", Engine.KeyOn(0, "x")), "-ERR", StringComparison.Ordinal);
        Engine.Shards[1].Free();
        Assert.AreEqual("+OK\r\n", _first.Poll());
        Assert.AreEqual("$1\r\n1\r\n", _second.Poll());
        Assert.IsTrue(Engine.Shards[0].Completion.IsCompletedSuccessfully);
    }

    [TestMethod]
    public void A_transaction_that_a_completed_shard_refuses_leaves_the_others()
    {
        Engine.Shards[1].Complete();
        StringAssert.StartsWith(_first.Execute("MSET", _a, "1", _b, "1"), "-ERR", StringComparison.Ordinal);
        StringAssert.StartsWith(_first.Execute("RENAME", _a, _b), "-ERR", StringComparison.Ordinal);
        Assert.AreEqual("$-1\r\n", _second.Execute("GET", _a));
    }

    [TestMethod]
    public void A_fault_of_a_shard_answers_all_that_wait_there_and_frees_the_rest()
    {
        Engine.Shards[1].Keep();
        Assert.IsNull(_first.Begin("MSET", _a, "1", _b, "1"));
        Assert.IsNull(_second.Begin("GET", _a));
        Assert.IsNull(_third.Begin("RENAME", _a, Engine.KeyOn(2, "c")));
        Engine.Shards[0].Fault(new InvalidOperationException("broken"));
        Assert.IsTrue(Engine.Shards[0].Completion.IsFaulted);
        Engine.Shards[1].Free();
        foreach (InProcessClient client in (InProcessClient[])[_first, _second, _third])
            StringAssert.StartsWith(client.Poll(), "-ERR", StringComparison.Ordinal);
        Assert.AreEqual("$-1\r\n", _first.Execute("GET", _b));
    }

    private static byte[] Commands(params string[][] commands)
        => [.. commands.SelectMany(command => InProcessClient.Request(Array.ConvertAll(command, System.Text.Encoding.ASCII.GetBytes)))];
}
