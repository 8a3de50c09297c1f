using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Transactions;

/// <summary>Who gets a place in the schedule of a shard, who lost a race, and who is first.</summary>
[TestClass]
public sealed class ShardScheduleTests
{
    [TestMethod]
    public void Readers_share_a_key_and_writers_do_not()
    {
        using Fixture f = new();
        Assert.IsTrue(f.Add(1, "k", exclusive: false).IsGranted);
        Assert.IsTrue(f.Add(2, "k", exclusive: false).IsGranted);
        Assert.IsFalse(f.Add(3, "k", exclusive: true).IsGranted);
        Assert.IsFalse(f.Add(4, "k", exclusive: false).IsGranted, "a reader stands behind the writer that waits");
        Assert.IsTrue(f.Add(5, "other", exclusive: true).IsGranted);
    }

    [TestMethod]
    public void Who_comes_late_and_would_pass_one_it_conflicts_with_has_lost()
    {
        using Fixture f = new();
        f.Add(5, "k", exclusive: true);
        Assert.IsFalse(f.TryAdd(3, "k", exclusive: true, out _));
        Assert.IsTrue(f.TryAdd(3, "other", exclusive: true, out ScheduleEntry early), "without a conflict it takes its place");
        Assert.AreSame(early, f.Schedule.First);
        Assert.IsTrue(f.TryAdd(6, "k", exclusive: true, out ScheduleEntry later), "behind it there is room");
        Assert.IsFalse(later.IsGranted);
    }

    [TestMethod]
    public void Who_comes_after_a_later_one_has_committed_has_lost_though_its_key_is_free()
    {
        using Fixture f = new();
        f.Schedule.Commit(f.Add(5, "k", exclusive: true));
        Assert.IsNull(f.Shard.Schedule);
        Assert.IsFalse(f.TryAdd(4, "k", exclusive: true, out _));
        Assert.IsTrue(f.TryAdd(6, "k", exclusive: true, out _));
    }

    [TestMethod]
    public void A_global_one_stands_against_all_and_all_against_it()
    {
        using Fixture f = new();
        f.Add(1, "k", exclusive: false);
        ScheduleEntry whole = new(f) { IsWhole = true };
        Assert.IsTrue(f.Schedule.TryAdd(whole, 2));
        Assert.IsFalse(whole.IsGranted);
        Assert.IsFalse(f.Add(3, "other", exclusive: false).IsGranted);
    }

    [TestMethod]
    public void What_leaves_gives_back_its_locks_and_an_empty_schedule_is_not_to_be_seen()
    {
        using Fixture f = new();
        ScheduleEntry[] entries = [.. Enumerable.Range(1, 5).Select(i => f.Add((ulong)i, $"k{i % 2}", exclusive: i % 3 == 0))];
        Assert.AreSame(f.Schedule, f.Shard.Schedule);
        foreach (int i in (int[])[2, 0, 4, 1, 3])
            f.Schedule.Remove(entries[i]);
        f.Schedule.Remove(entries[0]);
        Assert.AreEqual(0, f.Schedule.Count);
        Assert.AreEqual(0, f.Schedule.LockedKeys);
        Assert.IsNull(f.Shard.Schedule);
    }

    [TestMethod]
    public void Running_ahead_of_another_is_counted()
    {
        using Fixture f = new();
        f.Add(1, "a", exclusive: true);
        ScheduleEntry second = f.Add(2, "b", exclusive: true);
        f.Schedule.Commit(second);
        Assert.AreEqual(1, f.Shard.Transactions.OutOfOrder);
    }

    private sealed class Fixture : IScheduled, IDisposable
    {
        private readonly InProcessClient _client = new();

        internal Fixture() => Schedule = new ShardSchedule(Shard, new TransactionIds());

        internal ShardBlock Shard => _client.Engine.Shards[0];

        internal ShardSchedule Schedule { get; }

        public void Proceed(ShardBlock shard)
        {
        }

        public void RefuseScheduled(Exception reason)
        {
        }

        public void Dispose()
        {
            Shard.Schedule = null;
            _client.Dispose();
        }

        internal ScheduleEntry Add(ulong id, string key, bool exclusive)
        {
            Assert.IsTrue(TryAdd(id, key, exclusive, out ScheduleEntry entry));
            return entry;
        }

        internal bool TryAdd(ulong id, string key, bool exclusive, out ScheduleEntry entry)
        {
            ulong hash = KeyHash.Of(System.Text.Encoding.ASCII.GetBytes(key));
            entry = new ScheduleEntry(this) { Locks = [new KeyLock(0, hash, exclusive)], Count = 1 };
            return Schedule.TryAdd(entry, id);
        }
    }
}
