using DragonflyFlow.Pipeline.Snapshots.Loading;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Snapshots.Df;

/// <summary>Sets of files: what they are called, which one is loaded, which go, and what is refused.</summary>
[TestClass]
public sealed class DfSetTests
{
    [TestMethod]
    public async Task A_set_is_a_file_of_each_shard_and_a_manifest_and_loads_into_any_number_of_shards()
    {
        MemoryDisk disk = new();
        SortedDictionary<string, string> state;
        await using (SavingStore store = Made(disk, 3))
        {
            Fill(store);
            store.Client.Line("SELECT 5");
            store.Client.Line("SET other database");
            store.Client.Execute("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function(keys, args) return 7 end)");
            state = await store.StateAsync();
            Assert.AreEqual("+OK\r\n", store.Client.Line("SAVE"));
            store.Snapshots.SavesAtStop = false;
        }

        string set = disk.Names[0][..^"-0000.dfs".Length];
        CollectionAssert.AreEqual(new[] { $"{set}-0000.dfs", $"{set}-0001.dfs", $"{set}-0002.dfs", $"{set}-summary.dfs" }, disk.Names);
        StringAssert.Matches(set, new System.Text.RegularExpressions.Regex(@"^dump-\d{8}T\d{9}$"));
        for (int shards = 1; shards < 6; shards++)
        {
            await using SavingStore store = Made(disk, shards);
            Assert.IsTrue(await store.Snapshots.Loader.LoadAsync());
            CollectionAssert.AreEqual(state, await store.StateAsync());
            Assert.AreEqual(":7\r\n", store.Client.Line("FCALL f 0"));
            store.Snapshots.SavesAtStop = false;
        }
    }

    [TestMethod]
    public async Task Of_older_sets_as_many_stay_as_are_kept_and_foreign_files_are_left_alone()
    {
        MemoryDisk disk = new();
        string[] foreign = ["dump-0000.dfs", "dump-20260101T000000000-0000.dfs.bak", "dump-20260101T000000000x-0000.dfs", "dump-summary.dfs", "dump.rdb", "other-20260101T000000000-0000.dfs", "readme"];
        foreach (string name in foreign)
            disk.Write(name, [1]);
        string[] leftovers = ["dump-20260101T000000000-0000.dfs", "dump-20260101T000000000-0001.dfs.tmp", "dump-20260101T000000001-summary.dfs.tmp"];
        foreach (string name in leftovers)
            disk.Write(name, [1]);
        await using SavingStore store = Made(disk, 2, ("snapshot_keep", "3"));
        Fill(store);
        List<string> manifests = [];
        for (int i = 0; i < 5; i++)
        {
            Assert.AreEqual("+OK\r\n", store.Client.Line("SAVE DF"));
            manifests.Add(store.Snapshots.Status.LastFile[2..]);
        }

        string[] kept = [.. manifests.TakeLast(3).Select(static name => name[..^"-summary.dfs".Length])];
        CollectionAssert.AreEquivalent(kept.SelectMany(static set => new[] { $"{set}-0000.dfs", $"{set}-0001.dfs", $"{set}-summary.dfs" }).Concat(foreign).ToArray(), disk.Names);
        store.Client.Line("CONFIG SET snapshot_keep 1");
        Assert.AreEqual("+OK\r\n", store.Client.Line("SAVE DF"));
        Assert.HasCount(3 + foreign.Length, disk.Names);
        store.Snapshots.SavesAtStop = false;
    }

    [TestMethod]
    public async Task What_cannot_be_removed_harms_no_snapshot()
    {
        MemoryDisk disk = new();
        await using SavingStore store = Made(disk, 2, ("snapshot_keep", "1"));
        Fill(store);
        Assert.IsNull(await store.BeginAsync());
        string[] first = disk.Names;
        disk.RefusesDeletes = name => name.EndsWith("-summary.dfs", StringComparison.Ordinal);
        Assert.IsNull(await store.BeginAsync());
        Assert.HasCount(6, disk.Names, "a set whose manifest stays keeps its files");
        disk.RefusesDeletes = null;
        Assert.IsNull(await store.BeginAsync());
        Assert.HasCount(3, disk.Names);
        Assert.IsFalse(disk.Names.Intersect(first).Any());
        store.Snapshots.SavesAtStop = false;
    }

    [TestMethod]
    public async Task The_newest_is_loaded_of_whichever_kind()
    {
        MemoryDisk disk = new();
        await using (SavingStore store = Made(disk, 2))
        {
            foreach (string command in new[] { "SET k 1", "SAVE DF", "SET k 2", "SAVE RDB", "SET k 3", "SAVE DF", "SET k 4" })
                Assert.AreEqual("+OK\r\n", store.Client.Line(command));
            store.Snapshots.SavesAtStop = false;
        }

        Assert.AreEqual("3", await LoadedAsync(disk));
        string newest = disk.Names.Last(static name => name.EndsWith("-summary.dfs", StringComparison.Ordinal));
        byte[] manifest = disk.Read(newest);
        disk.Delete(newest);
        Assert.AreEqual("2", await LoadedAsync(disk), "without its manifest a set is none");
        disk.Delete("dump.rdb");
        Assert.AreEqual("1", await LoadedAsync(disk));
        disk.Write(newest, manifest);
        Assert.AreEqual("3", await LoadedAsync(disk));
    }

    [TestMethod]
    public async Task Files_of_other_sets_missing_files_and_strangers_are_refused()
    {
        MemoryDisk disk = new();
        await using (SavingStore store = Made(disk, 2))
        {
            Fill(store);
            Assert.AreEqual("+OK\r\n", store.Client.Line("SAVE"));
            Assert.AreEqual("+OK\r\n", store.Client.Line("SAVE"));
            store.Snapshots.SavesAtStop = false;
        }

        string[] names = disk.Names;
        (string first, string second, string manifest) = (names[3], names[4], names[5]);
        byte[] whole = disk.Read(first);
        disk.Write(first, disk.Read(names[0]));
        Assert.AreEqual($"{first}: the file is not of this set, or of another shard than its name says (at byte 0)", await RefusedAsync(disk));
        disk.Write(first, [.. whole, 0]);
        StringAssert.StartsWith(await RefusedAsync(disk), $"{first}: the file has {whole.Length + 1} bytes, by the manifest it has {whole.Length}");
        disk.Write(first, whole);
        byte[] other = disk.Read(second);
        disk.Delete(second);
        StringAssert.Contains(await RefusedAsync(disk), second);
        disk.Write(second, other);
        disk.Write(manifest, "this is no manifest"u8.ToArray());
        Assert.AreEqual($"{manifest}: this is no file of our format (at byte 0)", await RefusedAsync(disk));
    }

    [TestMethod]
    public async Task Without_compression_the_same_is_there_in_more_bytes()
    {
        MemoryDisk packed = new(), plain = new();
        foreach ((MemoryDisk disk, string mode) in new[] { (packed, "multi_entry_lz4"), (plain, "none") })
        {
            await using SavingStore store = Made(disk, 1, ("compression_mode", mode));
            for (int i = 0; i < 2000; i++)
                store.Client.Execute("SET", $"key{i}", new string('x', 100));
        }

        Assert.IsGreaterThan(5 * packed.Read(packed.Names[0]).Length, plain.Read(plain.Names[0]).Length);
        foreach (MemoryDisk disk in new[] { packed, plain })
        {
            await using SavingStore store = Made(disk, 2);
            Assert.IsTrue(await store.Snapshots.Loader.LoadAsync());
            Assert.AreEqual(":2000\r\n", store.Client.Line("DBSIZE"));
        }
    }

    private static async Task<string> LoadedAsync(MemoryDisk disk)
    {
        await using SavingStore store = Made(disk, 1);
        Assert.IsTrue(await store.Snapshots.Loader.LoadAsync());
        store.Snapshots.SavesAtStop = false;
        return store.Client.Line("GET k")[4..^2];
    }

    private static async Task<string> RefusedAsync(MemoryDisk disk)
    {
        string[] before = disk.Names;
        await using SavingStore store = Made(disk, 2);
        store.Snapshots.MaySave = false;
        LoadException refused = await Assert.ThrowsExactlyAsync<LoadException>(store.Snapshots.Loader.LoadAsync);
        CollectionAssert.AreEqual(before, disk.Names);
        return refused.Message.Replace("./", "", StringComparison.Ordinal);
    }

    private static void Fill(SavingStore store)
    {
        WriteStorm storm = new(11, 800, withRare: false);
        for (int i = 0; i < 1500; i++)
            storm.Write(store.Client);
        store.Client.Line("SELECT 0");
        store.Client.Line("SET key1 value");
    }

    private static SavingStore Made(MemoryDisk disk, int shards, params (string Name, string Value)[] options)
        => new(disk, shards, options: [("df_snapshot_format", "yes"), .. options]);
}
