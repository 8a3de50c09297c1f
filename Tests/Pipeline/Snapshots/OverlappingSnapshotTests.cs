using DragonflyFlow.Pipeline.Snapshots;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Snapshots;

/// <summary>Snapshots of both kinds under way at once: each is the state at its own cut (faults F27, F30).</summary>
[TestClass]
public sealed class OverlappingSnapshotTests
{
    private const int Rounds = 30;

    [TestMethod]
    public async Task Two_snapshots_at_once_are_each_the_state_at_their_cut()
    {
        int overlapped = 0;
        for (int seed = 1; seed <= Rounds; seed++)
            overlapped += await RoundAsync(seed) ? 1 : 0;
        Assert.IsGreaterThan(Rounds / 2, overlapped, "they were under way at the same time");
    }

    private static async Task<bool> RoundAsync(int seed)
    {
        Random random = new(seed);
        MemoryDisk disk = new();
        SortedDictionary<string, string>[] atCut = [[], []];
        string[] names = ["first", "second"];
        bool overlapped;
        await using (SavingStore store = new(disk, random.Next(1, 4), options: [("snapshot_shard_share", "10")]))
        {
            WriteStorm storm = new(seed, 2000, withRare: false);
            for (int i = 0; i < 3000; i++)
                storm.Write(store.Client);
            SnapshotFactory factory = new(store.Engine, disk);
            Task first = Begin(store, factory, names[0], seed % 2 == 0, atCut[0]);
            for (int i = random.Next(30); i > 0; i--)
                storm.Write(store.Client);
            overlapped = !first.IsCompleted;
            Task second = Begin(store, factory, names[1], seed % 3 == 0, atCut[1]);
            while (!first.IsCompleted || !second.IsCompleted)
                storm.Write(store.Client);
            await first;
            await second;
            store.Snapshots.SavesAtStop = false;
        }

        for (int i = 0; i < names.Length; i++)
            CollectionAssert.AreEqual(Lasting(atCut[i]), Lasting(await LoadedAsync(disk, names[i], random.Next(1, 4))), $"replay: {nameof(OverlappingSnapshotTests)} seed {seed}, {names[i]}");
        return overlapped;
    }

    private static Task Begin(SavingStore store, SnapshotFactory factory, string name, bool isDf, SortedDictionary<string, string> atCut)
    {
        SnapshotRequest request = new("test", name, isDf ? SnapshotFormat.Df : SnapshotFormat.Rdb);
        SnapshotRun run = new(store.Graph, store.Engine, factory.Plan(request, isFinal: false));
        run.Cut.Made = () => store.Read(atCut);
        return run.ExecuteAsync();
    }

    private static async Task<SortedDictionary<string, string>> LoadedAsync(MemoryDisk disk, string name, int shards)
    {
        await using SavingStore store = new(disk, shards, options: [("dbfilename", name)]);
        Assert.IsTrue(await store.Snapshots.Loader.LoadAsync());
        store.Snapshots.SavesAtStop = false;
        return await store.StateAsync();
    }

    // Keys that live for a millisecond are there to expire in the middle; whether they are loaded depends on when.
    private static SortedDictionary<string, string> Lasting(SortedDictionary<string, string> state)
        => new(state.Where(entry => !entry.Key.Contains(":e", StringComparison.Ordinal)).ToDictionary());
}
