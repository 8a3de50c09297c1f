using DragonflyFlow.Pipeline.Snapshots.Loading;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Snapshots;

/// <summary>Whatever goes wrong with a snapshot: the error says what, the data and the last whole file are kept, nothing of it is left, and the store serves.</summary>
public abstract class SnapshotFaultContract
{
    /// <summary>The option df_snapshot_format.</summary>
    protected abstract string IsDf { get; }

    /// <summary>Files of a snapshot of two shards.</summary>
    protected abstract int Files { get; }

    [TestMethod]
    public async Task A_full_disk_fails_the_snapshot_and_keeps_the_file_there_was()
    {
        MemoryDisk disk = new();
        await using SavingStore store = Filled(disk);
        Assert.IsNull(await store.BeginAsync());
        string[] before = disk.Names;
        byte[][] bytes = [.. before.Select(disk.Read)];
        Assert.HasCount(Files, before);
        long length = bytes.Sum(static file => file.LongLength);
        // Well below the length: the order of records, and with it the length, differs a little from one snapshot to the next.
        for (int ninth = 0; ninth < 9; ninth++)
        {
            disk.BytesLeft = length * ninth / 9;
            string? problem = await store.BeginAsync();
            disk.BytesLeft = long.MaxValue;
            StringAssert.Contains(problem, "no space left on device");
            CollectionAssert.AreEqual(before, disk.Names);
            for (int i = 0; i < before.Length; i++)
                CollectionAssert.AreEqual(bytes[i], disk.Read(before[i]));
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
        for (int allowed = 0; allowed < Files; allowed++)
        {
            disk.RenamesLeft = allowed;
            StringAssert.Contains(await store.BeginAsync(), "cannot rename");
            Assert.IsEmpty(disk.Names);
        }

        disk.RenamesLeft = int.MaxValue;
        Assert.IsNull(await store.BeginAsync());
        foreach (string name in disk.Names)
            Assert.IsTrue(disk.IsFlushed(name), "the bytes were on the disk before the file had its name");
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
        await using SavingStore store = Made(disk, 1, ("snapshot_buffer_bytes", "1mb"), ("snapshot_stall_ms", "50"), ("rdbcompression", "no"));
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
    public async Task A_file_that_is_slow_all_the_time_fails_the_snapshot_when_commands_have_waited_as_long_in_all()
    {
        MemoryDisk disk = new();
        await using SavingStore store = Made(disk, 1, ("snapshot_buffer_bytes", "1mb"), ("snapshot_stall_ms", "500"), ("rdbcompression", "no"), ("compression_mode", "none"));
        for (int i = 0; i < 4000; i++)
            store.Client.Execute("SET", $"key{i}", new string('x', 1000 + i));
        // Each write takes a part of the deadline, and all that change much more.
        disk.BeforeWrite = static _ => Task.Delay(100);
        TaskCompletionSource cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Snapshots.Cutting = cut.SetResult;
        Task<string?> saved = store.BeginAsync();
        await cut.Task;
        for (int i = 0; i < 4000; i++)
            Assert.AreEqual("+OK\r\n", store.Client.Execute("SET", $"key{i}", "changed"));
        StringAssert.Contains(await saved, "500 ms in all");
        Assert.IsEmpty(disk.Names);
        disk.BeforeWrite = null;
        store.Snapshots.Cutting = null;
    }

    [TestMethod]
    public async Task A_second_copy_is_made_at_the_same_time_and_one_that_fails_harms_itself_alone()
    {
        MemoryDisk disk = new();
        await using SavingStore store = Made(disk, 2, ("snapshot_copy_dir", "elsewhere"));
        WriteStorm storm = new(3, 1000, withRare: false);
        for (int i = 0; i < 2000; i++)
            storm.Write(store.Client);
        Assert.IsNull(await store.BeginAsync());
        string[] main = [.. disk.Names.Where(static name => !IsCopy(name))];
        Assert.HasCount(Files, main);
        Assert.HasCount(2 * Files, disk.Names);
        foreach (string name in main)
            Assert.HasCount(disk.Read(name).Length, disk.Read("elsewhere/" + name));
        disk.ReadOnlyDirectory = "elsewhere";
        Assert.IsNull(await store.BeginAsync(), "it cannot be begun");
        disk.ReadOnlyDirectory = null;
        foreach (string name in disk.Names.Where(IsCopy))
            disk.Delete(name);
        int writes = 0;
        disk.BeforeWrite = name => IsCopy(name) && Interlocked.Increment(ref writes) > Files ? Task.FromException(new IOException("broken")) : Task.CompletedTask;
        Assert.IsNull(await store.BeginAsync(), "it breaks in the middle");
        Assert.IsFalse(disk.Names.Any(IsCopy));
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

        Assert.HasCount(Files, disk.Names);
        await AssertLoads(disk, state);
    }

    [TestMethod]
    public async Task Damaged_and_cut_off_files_are_refused_with_place_and_reason()
    {
        MemoryDisk disk = new();
        await using (SavingStore store = Filled(disk))
        {
            Assert.IsNull(await store.BeginAsync());
            store.Snapshots.SavesAtStop = false;
        }

        string[] names = disk.Names;
        Random random = new(1);
        for (int round = 0; round < 60; round++)
        {
            string hurt = names[round % names.Length];
            byte[] damaged = disk.Read(hurt);
            if (round / names.Length % 2 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            else
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            MemoryDisk other = new();
            foreach (string name in names)
                other.Write(name, name == hurt ? damaged : disk.Read(name));
            await using SavingStore store = Made(other, 2);
            store.Snapshots.MaySave = false;
            LoadException refused = await Assert.ThrowsExactlyAsync<LoadException>(store.Snapshots.Loader.LoadAsync, $"round {round}");
            StringAssert.Contains(refused.Message, hurt);
            StringAssert.Contains(refused.Message, "at byte");
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
        {
            Assert.IsNull(await store.BeginAsync());
            store.Snapshots.SavesAtStop = false;
        }

        string[] names = disk.Names;
        byte[][] before = [.. names.Select(disk.Read)];
        TaskCompletionSource reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        disk.BeforeRead = () =>
        {
            reading.TrySetResult();
            return stalled.Task;
        };
        await using (SavingStore other = Made(disk, 3))
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

        CollectionAssert.AreEqual(names, disk.Names);
        for (int i = 0; i < names.Length; i++)
            CollectionAssert.AreEqual(before[i], disk.Read(names[i]));
    }

    private static bool IsCopy(string name) => name.StartsWith("elsewhere/", StringComparison.Ordinal);

    private SavingStore Made(MemoryDisk disk, int shards, params (string Name, string Value)[] options)
        => new(disk, shards, options: [("df_snapshot_format", IsDf), .. options]);

    private SavingStore Filled(MemoryDisk disk)
    {
        SavingStore store = Made(disk, 2);
        WriteStorm storm = new(7, 1000, withRare: false);
        for (int i = 0; i < 3000; i++)
            storm.Write(store.Client);
        store.Client.Line("SET key1 value");
        return store;
    }

    private async Task AssertLoads(MemoryDisk disk, SortedDictionary<string, string>? state)
    {
        disk.BeforeWrite = null;
        await using SavingStore store = Made(disk, 3);
        Assert.IsTrue(await store.Snapshots.Loader.LoadAsync());
        if (state is not null)
            CollectionAssert.AreEqual(state, await store.StateAsync());
        store.Snapshots.SavesAtStop = false;
    }
}
