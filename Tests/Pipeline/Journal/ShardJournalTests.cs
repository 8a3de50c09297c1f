using DragonflyFlow.Tests.Pipeline.Snapshots;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Journal;

/// <summary>What stands in a shard's journal, and when.</summary>
[TestClass]
public sealed class ShardJournalTests
{
    [TestMethod]
    public async Task A_change_is_journaled_as_the_words_that_repeat_it()
    {
        ManualTimeProvider time = new();
        using InProcessClient client = new(time: time);
        RecordingConsumer journal = (await RecordingConsumer.RegisterAsync(client.Engine))[0];
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        client.Line("SET a 1");
        client.Line("INCR a");
        client.Line("GET a");
        client.Line("SET a x NX");
        client.Line("SET b v EX 10");
        client.Line("EXPIRE a 5");
        client.Line("RPUSH l x y z");
        client.Line("DEL nothing a");
        client.Line("SELECT 1");
        client.Line("LPOP l");
        client.Line("HSET h f v");
        client.Line("FLUSHDB");
        CollectionAssert.AreEqual(
            new[] { "0: SET a 1", "0: INCR a", $"0: SET b v PXAT {now + 10_000}", $"0: PEXPIREAT a {now + 5000}", "0: RPUSH l x y z", "0: DEL a", "1: HSET h f v", "1: FLUSHDB" },
            journal.Effects);
        CollectionAssert.AreEqual(Enumerable.Range(1, 8).Select(lsn => (long)lsn).ToArray(), journal.Records.Select(record => record.Header.Lsn).ToArray());
    }

    [TestMethod]
    public async Task A_key_whose_time_has_come_is_journaled_as_deleted_before_the_command_that_met_it()
    {
        ManualTimeProvider time = new();
        using InProcessClient client = new(time: time);
        RecordingConsumer journal = (await RecordingConsumer.RegisterAsync(client.Engine))[0];
        client.Line("SET a v PX 10");
        time.Advance(TimeSpan.FromMilliseconds(20));
        client.Line("APPEND a x");
        client.Line("PEXPIRE a 10");
        time.Advance(TimeSpan.FromMilliseconds(20));
        client.Line("GET a");
        CollectionAssert.AreEqual(new[] { "DEL", "APPEND", "PEXPIREAT", "DEL" }, journal.Records.Skip(1).Select(record => record.Words[0]).ToArray());
    }

    [TestMethod]
    public async Task Data_that_is_loaded_anew_is_journaled_too()
    {
        MemoryDisk disk = new();
        await using SavingStore store = new(disk, shards: 3);
        for (int i = 0; i < 30; i++)
            store.Client.Execute("RPUSH", $"list{i}", "x", "y");
        RecordingConsumer[] journals = await RecordingConsumer.RegisterAsync(store.Engine);
        store.Client.Line("SET only 1");
        Assert.AreEqual("+OK\r\n", store.Client.Line("DEBUG RELOAD"));
        store.Client.Line("APPEND only 2");
        using Replica replica = new(2, TimeProvider.System);
        replica.Replay([.. journals.Select(journal => journal.Records)]);
        Assert.IsNull(replica.Problem);
        SortedDictionary<string, string> state = await StoreState.ReadAsync(store.Engine);
        Assert.HasCount(31, state);
        Assert.AreEqual("", StoreState.Difference(state, await StoreState.ReadAsync(replica.Client.Engine)));
        await RecordingConsumer.InOneStepAsync(store.Engine, () => Assert.IsTrue(Array.TrueForAll(journals, journal => journal.Branch!.End())));
    }

    [TestMethod]
    public async Task A_store_without_consumers_keeps_no_journal()
    {
        using InProcessClient client = new(shards: 2);
        RecordingConsumer[] journals = await RecordingConsumer.RegisterAsync(client.Engine);
        Assert.IsTrue(client.Engine.Journals.IsActive);
        await RecordingConsumer.InOneStepAsync(client.Engine, () => Assert.IsTrue(Array.TrueForAll(journals, journal => journal.Branch!.End())));
        Assert.IsFalse(client.Engine.Journals.IsActive);
        Assert.IsTrue(Array.TrueForAll(client.Engine.Shards, shard => shard.Journal is null && shard.Keyspace.Observers is null));
        client.Line("SET a 1");
        Assert.IsEmpty(journals.SelectMany(journal => journal.Records));
    }
}
