using DragonflyFlow.Pipeline.Snapshots;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Snapshots;

[TestClass]
public sealed class PacedDiskTests
{
    [TestMethod]
    public async Task A_write_ends_no_sooner_than_the_limit_allows_and_at_once_when_it_is_late()
    {
        ManualTimeProvider time = new();
        MemoryDisk disk = new();
        using (IDiskWriter file = new PacedDisk(disk, 1000, time).Create("file"))
        {
            Task first = file.WriteAsync(new byte[500]).AsTask();
            time.Advance(TimeSpan.FromMilliseconds(499));
            Assert.IsFalse(first.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(1));
            await first;

            time.Advance(TimeSpan.FromSeconds(3));
            Assert.IsTrue(file.WriteAsync(new byte[3000]).AsTask().IsCompletedSuccessfully);
        }

        Assert.HasCount(3500, disk.Read("file"));
    }

    [TestMethod]
    public async Task The_option_makes_a_snapshot_slow_and_whole()
    {
        MemoryDisk disk = new();
        await using (SavingStore store = new(disk, options: [("snapshot_write_limit", "100000"), ("rdbcompression", "no")]))
        {
            for (int i = 0; i < 200; i++)
                store.Client.Line($"SET key{i} {new string('x', 50)}{i}");
            Assert.IsNull(await store.BeginAsync());
            Assert.IsGreaterThanOrEqualTo(100, store.Snapshots.Status.LastDurationMs);
            Assert.IsGreaterThan(0, store.Snapshots.Status.LastPeakBytes);
        }

        await using SavingStore next = new(disk);
        Assert.IsTrue(await next.Snapshots.Loader.LoadAsync());
        Assert.AreEqual(":200\r\n", next.Client.Line("DBSIZE"));
    }
}
