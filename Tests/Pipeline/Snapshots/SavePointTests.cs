using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Snapshots;

/// <summary>Snapshots that begin by themselves: <c>save</c> as in Redis, <c>snapshot_cron</c> as in Dragonfly.</summary>
[TestClass]
public sealed class SavePointTests
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero));
    private readonly MemoryDisk _disk = new();

    [TestMethod]
    public async Task A_save_point_is_due_when_there_are_so_many_changes_and_so_long_ago_was_the_last_save()
    {
        await using SavingStore store = Store(("save", "100 1 10 3"));
        Write(store, 2);
        Seconds(60);
        Assert.IsFalse(store.Snapshots.IsSaving, "two changes are too few for the one, a minute is too short for the other");
        Write(store, 1);
        await SavesAsync(store, 1);
        StringAssert.Contains(store.Client.Line("INFO persistence"), "rdb_changes_since_last_save:0\r\n", StringComparison.Ordinal);
        Write(store, 3);
        Seconds(10);
        Assert.IsFalse(store.Snapshots.IsSaving, "the last one was made ten seconds ago, not longer");
        await SavesAsync(store, 2);
        Seconds(1000);
        Assert.AreEqual(2, store.Snapshots.Status.Saves, "nothing has changed since");
        Write(store, 1);
        await SavesAsync(store, 3);
    }

    [TestMethod]
    public async Task After_a_failure_it_is_tried_again_five_seconds_later()
    {
        await using SavingStore store = Store(("save", "1 1"));
        _disk.IsReadOnly = true;
        Write(store, 1);
        Seconds(2);
        await EndedAsync(store, () => !store.Snapshots.Status.LastIsOk);
        _disk.IsReadOnly = false;
        long failedMs = store.Snapshots.Status.LastEndMs;
        await SavesAsync(store, 1);
        Assert.IsGreaterThanOrEqualTo(failedMs + 5000, store.Snapshots.Status.LastEndMs);
    }

    [TestMethod]
    public async Task Without_save_points_and_cron_nothing_begins()
    {
        await using SavingStore store = Store(("save", ""));
        Write(store, 1000);
        Seconds(10_000);
        Assert.IsFalse(store.Snapshots.IsSaving);
        Assert.IsEmpty(_disk.Names);
    }

    [TestMethod]
    public async Task Cron_says_at_which_minutes_whether_there_are_changes_or_not()
    {
        await using SavingStore store = Store(("save", ""), ("snapshot_cron", "*/5 * * * *"));
        Seconds(4 * 60);
        Assert.IsFalse(store.Snapshots.IsSaving, "it is half past 00:04");
        await SavesAsync(store, 1);
        Assert.AreEqual(new TimeSpan(0, 5, 0), TimeOfLastSave(store), "to the second");
        await SavesAsync(store, 2);
        Assert.AreEqual(new TimeSpan(0, 10, 0), TimeOfLastSave(store), "to the second");
        store.Client.Line("CONFIG SET snapshot_cron ''");
        Seconds(1000);
        Assert.IsFalse(store.Snapshots.IsSaving);
    }

    private static void Write(SavingStore store, int changes)
    {
        for (int i = 0; i < changes; i++)
            store.Client.Line($"SET key{i} value");
    }

    private static TimeSpan TimeOfLastSave(SavingStore store)
    {
        TimeSpan exact = DateTimeOffset.FromUnixTimeMilliseconds(store.Snapshots.Status.LastSaveMs).TimeOfDay;
        return new TimeSpan(exact.Hours, exact.Minutes, exact.Seconds);
    }

    private SavingStore Store(params (string Name, string Value)[] options)
    {
        SavingStore store = new(_disk, time: _time, options: options);
        store.Snapshots.SavesAtStop = false;
        return store;
    }

    private void Seconds(int count)
    {
        for (int i = 0; i < count; i++)
            _time.Advance(TimeSpan.FromSeconds(1));
    }

    private Task SavesAsync(SavingStore store, int count) => EndedAsync(store, () => store.Snapshots.Status.Saves == count);

    // Time goes on while it is waited for; a walk of an idle store goes on with it.
    private async Task EndedAsync(SavingStore store, Func<bool> hasEnded)
    {
        await Eventually.IsSoAsync(
            () =>
            {
                if (!store.Snapshots.IsSaving && !hasEnded())
                    _time.Advance(TimeSpan.FromSeconds(1));
                else
                    _time.Advance(TimeSpan.FromMilliseconds(2));
                return hasEnded() && !store.Snapshots.IsSaving;
            },
            () => $"{store.Snapshots.Status}");
    }
}
