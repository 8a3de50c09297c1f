using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using static DragonflyFlow.Tests.Storage.Keyspaces.KeyspaceTestExtensions;

namespace DragonflyFlow.Tests.Storage.Keyspaces;

[TestClass]
public class DatabaseTests
{
    [TestMethod]
    public void A_key_lives_in_the_millisecond_of_its_expiry_and_is_gone_in_the_next()
    {
        using Keyspace keyspace = NewKeyspace();
        Database database = keyspace[0];
        database.Put("k", "v", expireAtMs: 100);
        keyspace.NowMs = 100;
        Assert.AreEqual("v", database.Look("k"));
        keyspace.NowMs = 101;
        Assert.IsTrue(database.IsDue(database.SlotOf("k")));
        Assert.IsNull(database.Look("k"));
        Assert.AreEqual(0, database.Count, "whoever meets a due key removes it");
        Assert.AreEqual(0, database.ExpiringCount);
        Assert.AreEqual(1, keyspace.Stats.Expired);
    }

    [TestMethod]
    public void Expiring_keys_are_counted_through_all_changes()
    {
        using Keyspace keyspace = NewKeyspace();
        Database database = keyspace[0];
        database.Put("a", "1");
        database.Put("b", "1", expireAtMs: 5);
        Assert.AreEqual(1, database.ExpiringCount);
        database.Put("a", "2", expireAtMs: 7);
        Assert.AreEqual(2, database.ExpiringCount);
        database.Put("b", "2");
        Assert.AreEqual(1, database.ExpiringCount);
        Slot slot = database.SlotOf("b");
        database.SetExpireAtMs(ref slot, 9);
        database.SetExpireAtMs(ref slot, 10);
        Assert.AreEqual(2, database.ExpiringCount);
        database.SetExpireAtMs(ref slot, 0);
        Assert.AreEqual(1, database.ExpiringCount);
        Assert.IsTrue(database.Delete("a"));
        Assert.AreEqual(0, database.ExpiringCount);
        database.Put("c", "1", expireAtMs: 5);
        database.Clear();
        Assert.AreEqual(0, database.ExpiringCount);
    }

    [TestMethod]
    public void Observers_see_the_old_content_before_each_change_and_hear_of_it_after()
    {
        using Keyspace keyspace = NewKeyspace();
        ChangeLog log = new();
        keyspace.Observe(log);
        Database database = keyspace[2];
        database.Put("k", "v", expireAtMs: 100);
        Assert.IsEmpty(log.Shown, "there was nothing to show");
        Assert.AreEqual("2:k String set", log.Take());
        database.Put("k", "w", expireAtMs: 100);
        Assert.Contains("2:k", log.Shown);
        log.Take();
        keyspace.NowMs = 101;
        Assert.IsNull(database.Look("k"));
        Assert.Contains("2:k", log.Shown, "expiry is a change like any other");
        Assert.AreEqual("2:k Expired expired", log.Take());
        database.Put("x", "v");
        log.Take();
        database.Delete("x");
        Assert.Contains("2:x", log.Shown);
        Assert.AreEqual("2:x Generic del", log.Take());
        database.Clear();
        Assert.AreEqual("2: clear", log.Take());
        Assert.IsTrue(keyspace.Unobserve(log));
        Assert.IsFalse(keyspace.Unobserve(log));
        database.Put("k", "v");
        Assert.AreEqual("", log.Take());
    }

    [TestMethod]
    public void Reads_count_hits_and_misses()
    {
        using Keyspace keyspace = NewKeyspace();
        Database database = keyspace[0];
        database.Put("k", "v");
        database.FindForRead("k"u8, KeyHash.Of("k"u8), out _);
        database.Peek("k"u8, KeyHash.Of("k"u8), out _);
        database.FindForRead("none"u8, KeyHash.Of("none"u8), out _);
        database.Peek("none"u8, KeyHash.Of("none"u8), out _);
        Assert.AreEqual((2, 2), (keyspace.Stats.Hits, keyspace.Stats.Misses));
        keyspace.Stats.Reset();
        Assert.AreEqual((0, 0), (keyspace.Stats.Hits, keyspace.Stats.Misses));
    }

    [TestMethod]
    public void A_random_key_is_never_a_due_one()
    {
        using Keyspace keyspace = NewKeyspace();
        Database database = keyspace[0];
        Assert.IsFalse(database.TryRandom(out _));
        for (int i = 0; i < 100; i++)
            database.Put($"due-{i}", "v", expireAtMs: 10);
        database.Put("alive", "v");
        keyspace.NowMs = 11;
        Assert.IsTrue(database.TryRandom(out Slot slot));
        Assert.IsTrue(database.Table.Key(slot).SequenceEqual("alive"u8));
        database.Delete("alive");
        Assert.IsFalse(database.TryRandom(out _));
        Assert.AreEqual(0, database.Count);
    }

    [TestMethod]
    public void Clearing_later_empties_at_once_and_frees_in_slices()
    {
        using Keyspace keyspace = NewKeyspace();
        Database database = keyspace[0];
        for (int i = 0; i < 20_000; i++)
            database.Put($"key-{i}", "value");
        long used = keyspace.MemoryBytes;
        database.Clear(later: true);
        Assert.AreEqual(0, database.Count);
        Assert.AreEqual(used, keyspace.MemoryBytes, "nothing is freed yet");
        Assert.IsTrue(keyspace.RunUpkeep(bucketsMax: 16, segmentsMax: 2));
        Assert.IsLessThan(used, keyspace.MemoryBytes);
        Assert.IsGreaterThan(used / 2, keyspace.MemoryBytes, "a slice is bounded");
        database.Put("new", "v");
        int slices = 0;
        while (keyspace.RunUpkeep(bucketsMax: 16, segmentsMax: 2))
            Assert.IsLessThan(1000, slices++, "it ends");
        Assert.AreEqual("v", database.Look("new"));
        database.Clear();
        Assert.AreEqual(0, keyspace.MemoryBytes);
    }
}
