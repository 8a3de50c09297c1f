using DragonflyFlow.Storage.Keyspace;
using static DragonflyFlow.Tests.Storage.Keyspaces.KeyspaceTestExtensions;

namespace DragonflyFlow.Tests.Storage.Keyspaces;

[TestClass]
public class ActiveExpiryTests
{
    private const int Keys = 20_000;

    [TestMethod]
    public void Due_keys_go_though_nobody_asks_for_them()
    {
        using Keyspace keyspace = NewKeyspace();
        for (int i = 0; i < Keys; i++)
            keyspace[i % 3].Put($"key-{i}", "v", expireAtMs: i % 2 == 0 ? 100 : 0);
        keyspace.NowMs = 101;
        RunUntilIdle(keyspace);
        for (int i = 0; i < 3; i++)
            Assert.AreEqual(0, keyspace[i].ExpiringCount, $"database {i}");
        Assert.AreEqual(Keys / 2, keyspace.Stats.Expired);
        Assert.AreEqual(Keys / 2, keyspace[0].Count + keyspace[1].Count + keyspace[2].Count);
    }

    [TestMethod]
    public void Keys_that_are_not_due_stay()
    {
        using Keyspace keyspace = NewKeyspace();
        for (int i = 0; i < Keys; i++)
            keyspace[0].Put($"key-{i}", "v", expireAtMs: 100);
        keyspace.NowMs = 100;
        for (int i = 0; i < 100; i++)
            Assert.IsFalse(ActiveExpiry.RunSlice(keyspace, 256), "nothing is due: no reason to go on at once");
        Assert.AreEqual(Keys, keyspace[0].Count);
    }

    [TestMethod]
    public void It_knows_how_long_keys_have_on_average()
    {
        using Keyspace keyspace = NewKeyspace();
        Assert.AreEqual(0, keyspace[0].AverageTtlMs);
        for (int i = 0; i < Keys; i++)
            keyspace[0].Put($"key-{i}", "v", expireAtMs: i % 2 == 0 ? 10_000 : 20_000);
        keyspace[1].Put("key", "v", expireAtMs: 500);
        for (int i = 0; i < 200; i++)
            ActiveExpiry.RunSlice(keyspace, 256);
        Assert.AreEqual(15_000, keyspace[0].AverageTtlMs, 300);
        Assert.AreEqual(500, keyspace[1].AverageTtlMs);
        keyspace.Swap(0, 1);
        Assert.AreEqual(500, keyspace[0].AverageTtlMs, "it goes with the database");
        keyspace[1].Clear();
        Assert.AreEqual(0, keyspace[1].AverageTtlMs);
    }

    [TestMethod]
    public void A_slice_is_bounded_by_its_buckets()
    {
        using Keyspace keyspace = NewKeyspace();
        for (int i = 0; i < Keys; i++)
            keyspace[0].Put($"key-{i}", "v", expireAtMs: 1);
        keyspace.NowMs = 2;
        Assert.IsTrue(ActiveExpiry.RunSlice(keyspace, 32), "all of what it saw was due");
        long removed = Keys - keyspace[0].Count;
        Assert.IsGreaterThan(0, removed);
        Assert.IsLessThan(32 * 40, removed, "a bucket has some ten records");
    }

    [TestMethod]
    public void No_database_waits_for_another_to_be_clean()
    {
        using Keyspace keyspace = NewKeyspace(databases: 2);
        keyspace[1].Put("lonely", "v", expireAtMs: 1);
        keyspace.NowMs = 2;
        for (int slice = 0; slice < 200 && keyspace[1].Count > 0; slice++)
        {
            // Database 0 always has more to remove than a slice can, for one pass after another.
            for (int i = 0; i < 2000; i++)
                keyspace[0].Put($"key-{i}", "v", expireAtMs: 1);
            ActiveExpiry.RunSlice(keyspace, 64);
        }

        Assert.AreEqual(0, keyspace[1].Count);
    }

    [TestMethod]
    public void A_few_expiring_keys_among_many_are_found_without_haste()
    {
        using Keyspace keyspace = NewKeyspace();
        for (int i = 0; i < Keys; i++)
            keyspace[0].Put($"key-{i}", "v");
        keyspace[0].Put("due", "v", expireAtMs: 1);
        keyspace.NowMs = 2;
        int hasty = 0;
        for (int slice = 0; slice < 1000 && keyspace[0].ExpiringCount > 0; slice++)
            hasty += ActiveExpiry.RunSlice(keyspace, 64) ? 1 : 0;
        Assert.AreEqual(0, keyspace[0].ExpiringCount);
        Assert.IsLessThanOrEqualTo(1, hasty);
    }

    [TestMethod]
    public void Observers_are_shown_what_goes()
    {
        using Keyspace keyspace = NewKeyspace();
        keyspace[0].Put("k", "v", expireAtMs: 1);
        ChangeLog log = new();
        keyspace.Observe(log);
        keyspace.NowMs = 2;
        RunUntilIdle(keyspace);
        Assert.Contains("0:k", log.Shown);
        Assert.AreEqual("0:k Expired expired", log.Take());
    }

    private static void RunUntilIdle(Keyspace keyspace)
    {
        // One pass may end early where little is due: as many slices as two passes have buckets, at least.
        for (int i = 0; i < 2000; i++)
            ActiveExpiry.RunSlice(keyspace, 64);
    }
}
