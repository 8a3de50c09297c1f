using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Snapshots;

/// <summary>Which moment a snapshot shows in each mode, and when commands go on.</summary>
[TestClass]
public sealed class SnapshotModeTests
{
    [TestMethod]
    [DataRow("stop_the_world")]
    [DataRow("fork")]
    public async Task Behind_a_stop_or_a_pause_it_is_the_state_at_the_cut(string mode)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            MemoryDisk disk = new();
            SortedDictionary<string, string> atCut = [];
            await using (SavingStore store = Made(disk, 1 + (seed % 3), mode, ("df_snapshot_format", seed % 2 == 0 ? "yes" : "no")))
            {
                WriteStorm storm = Filled(store, seed);
                store.Snapshots.Cutting = () => store.Read(atCut);
                Task<string?> saved = store.BeginAsync();
                while (!saved.IsCompleted)
                    storm.Write(store.Client);
                Assert.IsNull(await saved);
                store.Snapshots.SavesAtStop = false;
            }

            CollectionAssert.AreEqual(atCut, await LoadedAsync(disk), $"{mode}, seed {seed}");
        }
    }

    [TestMethod]
    public async Task A_relaxed_snapshot_is_the_state_at_its_end()
    {
        long again = 0;
        for (int seed = 1; seed <= 60; seed++)
        {
            Random random = new(seed);
            MemoryDisk disk = new();
            SortedDictionary<string, string> atEnd = [];
            await using (SavingStore store = Made(disk, random.Next(1, 4), "relaxed", ("df_snapshot_format", "yes")))
            {
                WriteStorm storm = Filled(store, seed);
                store.Snapshots.Cutting = () => store.Read(atEnd);
                Task<string?> saved = store.BeginAsync();
                while (!saved.IsCompleted)
                    storm.Write(store.Client);
                Assert.IsNull(await saved, $"seed {seed}");
                again += store.Snapshots.Status.LastRecords - atEnd.Count;
                store.Snapshots.SavesAtStop = false;
            }

            CollectionAssert.AreEqual(atEnd, await LoadedAsync(disk), $"seed {seed}");
        }

        Assert.IsGreaterThan(100, again, "keys that were written again");
    }

    [TestMethod]
    public async Task A_relaxed_snapshot_is_refused_where_it_has_no_form_and_ends_where_it_cannot_follow()
    {
        MemoryDisk disk = new();
        await using SavingStore store = Made(disk, 2, "relaxed");
        Filled(store, 4);
        StringAssert.Contains(store.Client.Line("SAVE"), "SAVE DF");
        using InProcessClient other = new(store.Engine);
        foreach (string command in new[] { "FLUSHDB", "SWAPDB 0 1" })
        {
            store.Client.Line("SELECT 0");
            TaskCompletionSource stalled = Stall(store, disk, out _);
            TaskCompletionSource writing = new(TaskCreationOptions.RunContinuationsAsynchronously);
            int writes = 0;
            disk.BeforeWrite = _ =>
            {
                // Two headers before the cut.
                if (Interlocked.Increment(ref writes) <= 2)
                    return Task.CompletedTask;
                writing.TrySetResult();
                return stalled.Task;
            };
            Task<string> saved = Task.Run(() => store.Client.Line("SAVE DF"));
            await writing.Task;
            Assert.AreEqual("+OK\r\n", other.Line(command));
            stalled.SetResult();
            StringAssert.Contains(await saved, "cannot follow");
            Assert.IsEmpty(disk.Names);
        }

        End(store, disk);
    }

    [TestMethod]
    public async Task No_command_runs_before_a_stopped_world_has_been_read()
    {
        MemoryDisk disk = new();
        await using SavingStore store = Made(disk, 2, "stop_the_world", ("rdbcompression", "no"));
        TaskCompletionSource stalled = Stall(store, disk, out Task cut);
        Task<string?> saved = store.BeginAsync();
        await cut;
        Task<string> answer = Task.Run(() => store.Client.Line("SET key1 more"));
        Assert.AreNotSame(answer, await Task.WhenAny(answer, Task.Delay(50)), "it was answered while the file was stalled");
        stalled.SetResult();
        Assert.AreEqual("+OK\r\n", await answer);
        (long done, long total) = store.Snapshots.Progress;
        Assert.AreEqual(total, done, "it was answered before all had been read");
        Assert.IsNull(await saved);
        Assert.IsGreaterThan(40_000, store.Snapshots.Status.LastCutUs);
        End(store, disk);
    }

    [TestMethod]
    public async Task A_cancel_ends_the_stop()
    {
        MemoryDisk disk = new();
        await using SavingStore store = Made(disk, 3, "stop_the_world", ("rdbcompression", "no"));
        TaskCompletionSource stalled = Stall(store, disk, out Task cut);
        Task<string?> saved = store.BeginAsync();
        await cut;
        Task<string> waiting = Task.Run(() => store.Client.Line("SET key1 more"));
        store.Snapshots.Cancel("enough");
        Assert.AreEqual("+OK\r\n", await waiting, "commands go on though the file is stalled");
        stalled.SetResult();
        Assert.AreEqual("enough", await saved);
        Assert.IsEmpty(disk.Names);
        End(store, disk);
    }

    [TestMethod]
    public async Task A_modelled_fork_holds_the_shards_for_as_long_as_its_size_takes()
    {
        MemoryDisk disk = new();
        await using SavingStore store = Made(disk, 2, "fork", ("snapshot_fork_usec_per_gb", "10000000"));
        for (int i = 0; i < 20; i++)
            store.Client.Execute("SET", $"key{i}", new string('x', 500_000));
        double gigabytes = store.Engine.Shards.Sum(static shard => shard.Keyspace.MemoryBytes) / (double)(1L << 30);
        Assert.IsNull(await store.BeginAsync());
        Assert.IsGreaterThanOrEqualTo((long)(gigabytes * 10_000_000), store.Snapshots.Status.LastCutUs);
        store.Snapshots.SavesAtStop = false;
    }

    // More than may be on its way to the file, which takes nothing before the result is set.
    private static TaskCompletionSource Stall(SavingStore store, MemoryDisk disk, out Task cut)
    {
        for (int i = 0; i < 6000; i++)
            store.Client.Execute("SET", $"key{i}", new string('x', 4000));
        TaskCompletionSource stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource made = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int writes = 0;
        disk.BeforeWrite = _ => ++writes > 1 ? stalled.Task : Task.CompletedTask;
        store.Snapshots.Cutting = made.SetResult;
        cut = made.Task;
        return stalled;
    }

    private static void End(SavingStore store, MemoryDisk disk)
    {
        (disk.BeforeWrite, store.Snapshots.Cutting) = (null, null);
        store.Snapshots.SavesAtStop = false;
    }

    private static WriteStorm Filled(SavingStore store, int seed)
    {
        WriteStorm storm = new(seed, 1500, withRare: false);
        for (int i = 0; i < 2000; i++)
            storm.Write(store.Client);
        return storm;
    }

    private static async Task<SortedDictionary<string, string>> LoadedAsync(MemoryDisk disk)
    {
        await using SavingStore store = new(disk, 2);
        Assert.IsTrue(await store.Snapshots.Loader.LoadAsync());
        store.Snapshots.SavesAtStop = false;
        return await store.StateAsync();
    }

    private static SavingStore Made(MemoryDisk disk, int shards, string mode, params (string Name, string Value)[] options)
        => new(disk, shards, options: [("snapshot_mode", mode), .. options]);
}
