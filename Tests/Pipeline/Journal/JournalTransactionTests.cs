using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Protocol.Wire.Frames;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Journal;

/// <summary>What belongs together has one transaction id, and says on how many shards there is more of it.</summary>
[TestClass]
public class JournalTransactionTests
{
    private const int Shards = 3;

    [TestMethod]
    public async Task The_commands_of_a_MULTI_share_an_id()
    {
        using InProcessClient client = new(Shards);
        RecordingConsumer[] journals = await RecordingConsumer.RegisterAsync(client.Engine);
        string a = client.Engine.KeyOn(0, "a"), b = client.Engine.KeyOn(2, "b");
        client.Pipeline(["MULTI"], ["SET", a, "1"], ["INCR", b], ["INCR", b], ["GET", a], ["EXEC"]);
        client.Execute("SET", a, "2");
        AssertSharing(journals, [1, 0, 2]);
        CollectionAssert.AreEqual(new[] { $"0: SET {a} 1", $"0: SET {a} 2" }, journals[0].Effects);
        CollectionAssert.AreEqual(new[] { 1, 0 }, journals[2].Records.Select(record => record.Header.Left).ToArray());
        Assert.AreNotEqual(journals[0].Records[0].Header.Transaction, journals[0].Records[1].Header.Transaction);
        Assert.AreEqual(1, journals[0].Records[1].Header.Shards);
    }

    [TestMethod]
    public async Task The_calls_of_a_script_share_an_id()
    {
        using InProcessClient client = new(Shards);
        RecordingConsumer[] journals = await RecordingConsumer.RegisterAsync(client.Engine);
        string a = client.Engine.KeyOn(0, "a"), b = client.Engine.KeyOn(1, "b");
        client.Execute("EVAL", "redis.call('SET', KEYS[1], 1) redis.call('GET', KEYS[1]) redis.call('RPUSH', KEYS[2], 'x')", "2", a, b);
        AssertSharing(journals, [1, 1, 0]);
        CollectionAssert.AreEqual(new[] { $"0: RPUSH {b} x" }, journals[1].Effects);
    }

    [TestMethod]
    public async Task A_command_over_several_shards_is_the_change_of_its_own_keys_on_each()
    {
        using InProcessClient client = new(Shards);
        string a = client.Engine.KeyOn(0, "a"), b = client.Engine.KeyOn(1, "b"), c = client.Engine.KeyOn(2, "c");
        client.Execute("RPUSH", a, "1", "2", "3");
        RecordingConsumer[] journals = await RecordingConsumer.RegisterAsync(client.Engine);
        client.Execute("LMOVE", a, b, "LEFT", "RIGHT");
        client.Execute("MSET", b, "x", c, "y");
        CollectionAssert.AreEqual(new[] { $"0: LPOP {a}" }, journals[0].Effects);
        CollectionAssert.AreEqual(new[] { $"0: RPUSH {b} 1", $"0: SET {b} x" }, journals[1].Effects.Take(2).ToArray());
        AssertSharing(journals, [1, 1, 0]);
        ChangeHeader moved = journals[0].Records[0].Header, set = journals[1].Records[1].Header;
        Assert.AreEqual((2, 2), (moved.Shards, set.Shards));
        Assert.AreEqual(set.Transaction, journals[2].Records[0].Header.Transaction);
        Assert.AreNotEqual(moved.Transaction, set.Transaction);
    }

    [TestMethod]
    public async Task What_empties_databases_stands_in_every_journal()
    {
        using InProcessClient client = new(Shards);
        client.Line("SET a 1");
        RecordingConsumer[] journals = await RecordingConsumer.RegisterAsync(client.Engine);
        client.Line("FLUSHDB");
        client.Line("FLUSHDB");
        client.Line("SWAPDB 0 3");
        foreach (RecordingConsumer journal in journals)
            CollectionAssert.AreEqual(new[] { "0: FLUSHDB", "0: SWAPDB 0 3" }, journal.Effects, "what changes nothing is no change");
        AssertSharing(journals, [1, 1, 1]);
    }

    [TestMethod]
    public async Task A_client_that_was_served_comes_behind_what_served_it()
    {
        using InProcessClient client = new(Shards);
        using InProcessClient waiting = new(client.Engine);
        string a = client.Engine.KeyOn(0, "a"), b = client.Engine.KeyOn(0, "b"), c = client.Engine.KeyOn(1, "c");
        Assert.IsNull(waiting.Begin("BLPOP", c, a, "0"));
        RecordingConsumer[] journals = await RecordingConsumer.RegisterAsync(client.Engine);
        client.Pipeline(["MULTI"], ["RPUSH", a, "x", "y"], ["SET", b, "1"], ["EXEC"]);
        Assert.IsNotNull(waiting.Poll());
        CollectionAssert.AreEqual(new[] { $"0: RPUSH {a} x y", $"0: SET {b} 1", $"0: LPOP {a}" }, journals[0].Effects);
        ulong[] ids = [.. journals[0].Records.Select(record => record.Header.Transaction)];
        Assert.AreEqual(ids[0], ids[1]);
        Assert.AreNotEqual(ids[1], ids[2]);
        Assert.IsEmpty(journals[1].Records);
    }

    /// <summary>That the transaction of the first record of the first journal that has one has so many records in each, and says so.</summary>
    private static void AssertSharing(RecordingConsumer[] journals, int[] counts)
    {
        ChangeHeader head = journals.First(journal => journal.Records.Count > 0).Records[0].Header;
        CollectionAssert.AreEqual(counts, journals.Select(journal => journal.Records.Count(record => record.Header.Transaction == head.Transaction)).ToArray());
        Assert.AreEqual(counts.Count(count => count > 0), head.Shards);
    }
}

/// <summary>The same under VLL, where parts run by themselves.</summary>
[TestClass]
public sealed class JournalTransactionUnderVllTests : JournalTransactionTests
{
    public JournalTransactionUnderVllTests() => Policies.Use(TransactionPolicy.Vll);

    [TestMethod]
    public async Task A_part_that_changes_nothing_says_that_it_took_part()
    {
        using InProcessClient client = new(shards: 2);
        string a = client.Engine.KeyOn(0, "a"), b = client.Engine.KeyOn(1, "b");
        client.Execute("SET", a, "1");
        RecordingConsumer[] journals = await RecordingConsumer.RegisterAsync(client.Engine);
        client.Execute("DEL", a, b);
        CollectionAssert.AreEqual(new[] { $"0: DEL {a}" }, journals[0].Effects);
        Assert.IsEmpty(journals[1].Records.Single().Words);
        Assert.AreEqual(2, journals[1].Records[0].Header.Shards);
        Assert.AreEqual(journals[0].Records[0].Header.Transaction, journals[1].Records[0].Header.Transaction);
    }
}
