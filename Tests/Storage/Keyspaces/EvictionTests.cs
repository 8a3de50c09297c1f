using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using static DragonflyFlow.Tests.Storage.Keyspaces.KeyspaceTestExtensions;

namespace DragonflyFlow.Tests.Storage.Keyspaces;

[TestClass]
public class EvictionTests
{
    [TestMethod]
    public void Without_cache_mode_nothing_is_evicted_and_writes_have_no_room()
    {
        using Keyspace keyspace = Filled(out _);
        keyspace.MemoryBytesMax = keyspace.MemoryBytes / 2;
        Assert.IsFalse(keyspace.HasRoomForWrite());
        Assert.AreEqual(0, keyspace.Stats.Evicted);
        keyspace.MemoryBytesMax = 0;
        Assert.IsTrue(keyspace.HasRoomForWrite(), "0 is no limit");
    }

    [TestMethod]
    public void In_cache_mode_room_is_made_in_bounded_steps()
    {
        using Keyspace keyspace = Filled(out int keys);
        keyspace.Evicts = EvictionTarget.AnyKey;
        keyspace.MemoryBytesMax = keyspace.MemoryBytes / 2;
        Assert.IsFalse(keyspace.HasRoomForWrite(), "one call evicts no more than a few dozen keys");
        Assert.IsLessThan(100, keyspace.Stats.Evicted);
        int calls = 0;
        while (!keyspace.HasRoomForWrite())
            Assert.IsLessThan(keys, calls++, "it ends");
        Assert.IsTrue(keyspace.IsFull, "an eighth above the limit writes go on, while more is evicted");
        Assert.IsLessThan(keyspace.MemoryBytesMax * 9 / 8, keyspace.MemoryBytes);
        while (keyspace.RunUpkeep(bucketsMax: 16, segmentsMax: 1))
            Assert.IsLessThan(keys, calls++, "it ends");
        Assert.IsLessThan(keyspace.MemoryBytesMax, keyspace.MemoryBytes);
        Assert.AreEqual(keys - keyspace.Stats.Evicted, keyspace[0].Count + keyspace[2].Count);
        Assert.IsGreaterThan(0, keyspace[0].Count, "both databases give");
        Assert.IsGreaterThan(0, keyspace[2].Count, "both databases give");
    }

    [TestMethod]
    public void Keys_that_are_read_outlive_those_that_are_not()
    {
        using Keyspace keyspace = NewKeyspace();
        keyspace.Evicts = EvictionTarget.AnyKey;
        Database database = keyspace[0];
        for (int i = 0; i < 5000; i++)
            database.Put($"cold-{i}", "v");
        for (int i = 0; i < 500; i++)
            database.Put($"hot-{i}", "v");
        for (int round = 0; round < 20; round++)
        {
            for (int i = 0; i < 500; i++)
                Read(database, $"hot-{i}");
        }

        keyspace.MemoryBytesMax = keyspace.MemoryBytes * 3 / 4;
        while (keyspace.IsFull)
            keyspace.HasRoomForWrite();

        int hot = Enumerable.Range(0, 500).Count(i => database.Look($"hot-{i}") is not null);
        int cold = Enumerable.Range(0, 5000).Count(i => database.Look($"cold-{i}") is not null);
        Assert.IsGreaterThan(cold / 5000.0, hot / 500.0, $"{hot} of 500 hot and {cold} of 5000 cold keys are left");
    }

    [TestMethod]
    public void What_waits_to_be_freed_makes_room_before_keys_do()
    {
        using Keyspace keyspace = Filled(out _);
        keyspace[2].Clear(later: true);
        keyspace.Evicts = EvictionTarget.AnyKey;
        keyspace.MemoryBytesMax = keyspace.MemoryBytes * 3 / 4;
        Assert.IsTrue(keyspace.HasRoomForWrite());
        Assert.AreEqual(0, keyspace.Stats.Evicted);
    }

    [TestMethod]
    public void Observers_are_shown_what_goes()
    {
        using Keyspace keyspace = NewKeyspace();
        keyspace[0].Put("k", "v");
        ChangeLog log = new();
        keyspace.Observe(log);
        keyspace.Evicts = EvictionTarget.AnyKey;
        keyspace.MemoryBytesMax = 1;
        Assert.IsFalse(keyspace.HasRoomForWrite(), "the empty table's own memory is more than that");
        Assert.Contains("0:k", log.Shown);
        Assert.AreEqual("0:k Evicted evicted", log.Take());
    }

    private static Keyspace Filled(out int keys)
    {
        Keyspace keyspace = NewKeyspace();
        keys = 10_000;
        for (int i = 0; i < keys; i++)
            keyspace[i % 2 * 2].Put($"key-{i}", new string('v', 100));
        return keyspace;
    }

    private static void Read(Database database, string key)
    {
        byte[] name = System.Text.Encoding.UTF8.GetBytes(key);
        database.FindForRead(name, KeyHash.Of(name), out _);
    }
}
