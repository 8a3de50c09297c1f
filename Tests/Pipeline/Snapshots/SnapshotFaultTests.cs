using DragonflyFlow.Pipeline.Snapshots.Loading;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Snapshots;

/// <summary>Whatever goes wrong with a snapshot: the error says what, the data and the last whole file are kept, nothing of it is left, and the store serves.</summary>
[TestClass]
public sealed class SnapshotFaultTests
{
    private const string File = "dump.rdb";

    [TestMethod]
    public async Task A_full_disk_fails_the_snapshot_and_keeps_the_file_there_was()
    {
        MemoryDisk disk = new();
        await using SavingStore store = Filled(disk);
        Assert.IsNull(await store.BeginAsync());
        byte[] before = disk.Read(File);
        for (int room = 0; room < before.Length; room += Math.Max(1, before.Length / 7))
        {
            disk.BytesLeft = room;
            StringAssert.Contains(await store.BeginAsync(), "no space left on device");
            CollectionAssert.AreEqual(before, disk.Read(File));
            CollectionAssert.AreEqual(new[] { File }, disk.Names);
            Assert.AreEqual("+OK\r\n", store.Client.Line("SET still served"));
        }

        disk.BytesLeft = long.MaxValue;
        Assert.IsNull(await store.BeginAsync());
    }

    [TestMethod]
    public async Task A_directory_that_cannot_be_written_and_a_name_that_cannot_be_given_are_errors()
    {
        MemoryDisk disk = new();
        await using SavingStore store = Filled(disk);
        disk.IsReadOnly = true;
        StringAssert.Contains(await store.BeginAsync(), "read-only");
        disk.IsReadOnly = false;
        disk.RefusesRenames = true;
        StringAssert.Contains(await store.BeginAsync(), "cannot rename");
        Assert.IsEmpty(disk.Names);
        disk.RefusesRenames = false;
        Assert.IsNull(await store.BeginAsync());
        Assert.IsTrue(disk.IsFlushed(File), "the bytes were on the disk before the file had its name");
    }

    [TestMethod]
    public async Task FLUSHALL_ends_the_snapshot_under_way()
    {
        MemoryDisk disk = new();
        TaskCompletionSource stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using SavingStore store = Filled(disk);
        disk.BeforeWrite = _ => stalled.Task;
        Task<string?> saved = store.BeginAsync();
        Assert.AreEqual("-ERR Background save already in progress\r\n", store.Client.Line("BGSAVE"));
        Assert.AreEqual("+OK\r\n", store.Client.Line("FLUSHALL"));
        stalled.SetResult();
        Assert.AreEqual("FLUSHALL", await saved);
        Assert.IsEmpty(disk.Names);
        disk.BeforeWrite = null;
        store.Snapshots.SavesAtStop = false;
    }

    [TestMethod]
    public async Task A_stalled_file_fails_the_snapshot_and_commands_go_on()
    {
        MemoryDisk disk = new();
        TaskCompletionSource stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using SavingStore store = new(disk, 1, options: [("snapshot_buffer_bytes", "1mb"), ("snapshot_stall_ms", "50"), ("rdbcompression", "no")]);
        for (int i = 0; i < 4000; i++)
            store.Client.Execute("SET", $"key{i}", new string('x', 1000 + i));
        int writes = 0;
        disk.BeforeWrite = _ => ++writes > 1 ? stalled.Task : Task.CompletedTask;
        TaskCompletionSource cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Snapshots.Cutting = cut.SetResult;
        Task<string?> saved = store.BeginAsync();
        await cut.Task;
        // Every write makes the snapshot emit what it changes; the store waits for the file, then gives the snapshot up and goes on.
        for (int i = 0; i < 4000; i++)
            Assert.AreEqual("+OK\r\n", store.Client.Execute("SET", $"key{i}", "changed"));
        stalled.SetResult();
        StringAssert.Contains(await saved, "intake waited");
        Assert.IsEmpty(disk.Names);
        disk.BeforeWrite = null;
        store.Snapshots.Cutting = null;
    }

    [TestMethod]
    public async Task A_second_copy_is_made_at_the_same_time_and_one_that_fails_harms_itself_alone()
    {
        MemoryDisk disk = new();
        await using SavingStore store = new(disk, 2, options: [("snapshot_copy_dir", "elsewhere")]);
        WriteStorm storm = new(3, 1000);
        for (int i = 0; i < 2000; i++)
            storm.Write(store.Client);
        Assert.IsNull(await store.BeginAsync());
        CollectionAssert.AreEqual(new[] { File, "elsewhere/dump.rdb" }, disk.Names);
        Assert.HasCount(disk.Read(File).Length, disk.Read("elsewhere/dump.rdb"));
        disk.ReadOnlyDirectory = "elsewhere";
        Assert.IsNull(await store.BeginAsync(), "it cannot be begun");
        disk.ReadOnlyDirectory = null;
        disk.Delete("elsewhere/dump.rdb");
        int writes = 0;
        disk.BeforeWrite = name => name.StartsWith("elsewhere", StringComparison.Ordinal) && ++writes > 1 ? Task.FromException(new IOException("broken")) : Task.CompletedTask;
        Assert.IsNull(await store.BeginAsync(), "it breaks in the middle");
        CollectionAssert.AreEqual(new[] { File }, disk.Names);
        await AssertLoads(disk, await store.StateAsync());
    }

    [TestMethod]
    public async Task A_stop_in_the_middle_leaves_no_part_and_saves_once_more()
    {
        MemoryDisk disk = new();
        SortedDictionary<string, string> state;
        await using (SavingStore store = Filled(disk))
        {
            disk.BeforeWrite = static _ => Task.Delay(5);
            Task<string?> saved = store.BeginAsync();
            state = await store.StateAsync();
            await store.Graph.StopAsync();
            Assert.IsNotNull(await saved);
        }

        CollectionAssert.AreEqual(new[] { File }, disk.Names);
        await AssertLoads(disk, state);
    }

    [TestMethod]
    public async Task Damaged_and_cut_off_files_are_refused_with_place_and_reason()
    {
        MemoryDisk disk = new();
        await using (SavingStore store = Filled(disk))
            Assert.IsNull(await store.BeginAsync());
        byte[] whole = disk.Read(File);
        Random random = new(1);
        for (int round = 0; round < 60; round++)
        {
            byte[] damaged = [.. whole];
            if (round % 2 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            else
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            MemoryDisk other = new();
            other.Write(File, damaged);
            await using SavingStore store = new(other, 2);
            store.Snapshots.MaySave = false;
            LoadException refused = await Assert.ThrowsExactlyAsync<LoadException>(store.Snapshots.Loader.LoadAsync, $"round {round}");
            StringAssert.Contains(refused.Message, File);
        }

        await AssertLoads(disk, null);
    }

    [TestMethod]
    public async Task While_data_is_loaded_it_is_not_served()
    {
        MemoryDisk disk = new();
        await using SavingStore store = Filled(disk);
        store.Snapshots.Loader.Announce();
        Assert.AreEqual("-LOADING Redis is loading the dataset in memory\r\n", store.Client.Line("GET key1"));
        Assert.AreEqual("-LOADING Redis is loading the dataset in memory\r\n", store.Client.Line("PING"));
        Assert.AreEqual("$2\r\nhi\r\n", store.Client.Line("ECHO hi"));
        Assert.IsFalse(await store.Snapshots.Loader.LoadAsync(), "there is no file");
        Assert.AreEqual("+OK\r\n", store.Client.Line("SET key1 value"));
    }

    [TestMethod]
    public async Task A_store_with_nothing_to_load_serves_at_once()
    {
        MemoryDisk disk = new();
        await using (SavingStore store = Filled(disk))
        {
            Assert.IsFalse(store.Snapshots.Loader.TryAnnounce());
            Assert.AreEqual("+PONG\r\n", store.Client.Line("PING"));
            Assert.IsNull(await store.BeginAsync());
        }

        await using SavingStore next = new(disk);
        Assert.IsTrue(next.Snapshots.Loader.TryAnnounce());
        Assert.AreEqual("-LOADING Redis is loading the dataset in memory\r\n", next.Client.Line("PING"));
        Assert.IsTrue(await next.Snapshots.Loader.LoadAsync());
        Assert.AreEqual("+PONG\r\n", next.Client.Line("PING"));
    }

    [TestMethod]
    public async Task A_stop_while_a_snapshot_is_loaded_ends_the_load_and_saves_nothing()
    {
        MemoryDisk disk = new();
        await using (SavingStore store = Filled(disk))
            Assert.IsNull(await store.BeginAsync());
        byte[] before = disk.Read(File);
        TaskCompletionSource reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        disk.BeforeRead = () =>
        {
            reading.TrySetResult();
            return stalled.Task;
        };
        await using (SavingStore other = new(disk, 3))
        {
            other.Snapshots.MaySave = false;
            Task<bool> load = other.Snapshots.Loader.LoadAsync();
            await reading.Task;
            Task stop = other.Graph.StopAsync();
            while (!other.Snapshots.Loader.Gate.IsClosed)
                await Task.Delay(1);
            Assert.IsFalse(stop.IsCompleted, "memory went under a load");
            stalled.SetResult();
            await stop;
            LoadException ended = await Assert.ThrowsExactlyAsync<LoadException>(() => load);
            Assert.AreEqual("the store stops", ended.Message);
        }

        CollectionAssert.AreEqual(before, disk.Read(File));
    }

    private static SavingStore Filled(MemoryDisk disk)
    {
        SavingStore store = new(disk);
        WriteStorm storm = new(7, 1000);
        for (int i = 0; i < 3000; i++)
            storm.Write(store.Client);
        store.Client.Line("SET key1 value");
        return store;
    }

    // The storm sets some keys for a millisecond: whether they are seen depends on when.
    private static KeyValuePair<string, string>[] Lasting(SortedDictionary<string, string> state)
        => [.. state.Where(entry => !entry.Key.Contains(":e", StringComparison.Ordinal))];

    private static async Task AssertLoads(MemoryDisk disk, SortedDictionary<string, string>? state)
    {
        disk.BeforeWrite = null;
        await using SavingStore store = new(disk, 3);
        Assert.IsTrue(await store.Snapshots.Loader.LoadAsync());
        if (state is not null)
            CollectionAssert.AreEqual(Lasting(state), Lasting(await store.StateAsync()));
        store.Snapshots.SavesAtStop = false;
    }
}
