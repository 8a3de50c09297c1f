using DragonflyFlow.Pipeline.Snapshots;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Snapshots;

/// <summary>A snapshot whose file is behind is given what changes while its walk rests, and is the state at its cut all the same.</summary>
[TestClass]
public sealed class SlowFileSnapshotTests
{
    private const int Rounds = 40;
    private const int BallastKeys = 1500;

    [TestMethod]
    public async Task A_snapshot_whose_file_is_behind_is_the_state_at_its_cut()
    {
        int behind = 0;
        int rounds = int.TryParse(Environment.GetEnvironmentVariable("DFLOW_SNAPSHOT_ROUNDS"), out int told) ? told : Rounds;
        for (int seed = 1; seed <= rounds; seed++)
            behind += await RoundAsync(seed) ? 1 : 0;
        Assert.IsGreaterThan(rounds / 2, behind, "their walks rested");
    }

    // Whether a walk rested.
    private static async Task<bool> RoundAsync(int seed)
    {
        Random random = new(seed);
        MemoryDisk disk = new();
        SortedDictionary<string, string> atCut = [];
        bool isBehind = false;
        (string, string)[] options = [("snapshot_shard_share", "10"), ("rdbcompression", "no"), ("compression_mode", "none"), ("cache_mode", seed % 3 == 0 ? "yes" : "no")];
        await using (SavingStore store = new(disk, random.Next(1, 3), options: options))
        {
            store.Snapshots.SavesAtStop = false;
            WriteStorm storm = new(seed, BallastKeys, withRare: seed % 4 == 0);
            for (int i = random.Next(500); i > 0; i--)
                storm.Write(store.Client);
            for (int i = 0; i < BallastKeys; i++)
                store.Client.Execute("SET", $"s{i}", new string('x', random.Next(3000)));
            disk.BeforeWrite = _ => Task.Delay(random.Next(1, 4));
            Task saved = Begin(store, disk, seed % 2 == 0, atCut);
            while (!saved.IsCompleted)
            {
                storm.Write(store.Client);
                isBehind |= Array.Exists(store.Engine.Shards, static shard => shard.Walks is { } walks && walks.Active.Any(static walk => !walk.Consumer.WantsMore));
            }

            await saved;
            disk.BeforeWrite = null;
        }

        await using SavingStore other = new(disk, random.Next(1, 4));
        Assert.IsTrue(await other.Snapshots.Loader.LoadAsync());
        other.Snapshots.SavesAtStop = false;
        CollectionAssert.AreEqual(Lasting(atCut), Lasting(await other.StateAsync()), $"replay: {nameof(SlowFileSnapshotTests)} seed {seed}");
        return isBehind;
    }

    // Behind is who has anything on its way.
    private static Task Begin(SavingStore store, MemoryDisk disk, bool isDf, SortedDictionary<string, string> atCut)
    {
        SnapshotRequest request = new("test", Format: isDf ? SnapshotFormat.Df : SnapshotFormat.Rdb);
        SnapshotPlan plan = new SnapshotFactory(store.Engine, disk).Plan(request, isFinal: false);
        SnapshotRun run = new(store.Graph, store.Engine, plan with { Limits = plan.Limits with { RestBytes = 1 } });
        run.Cut.Made = () => store.Read(atCut);
        return run.ExecuteAsync();
    }

    // Keys that live for a millisecond are there to expire in the middle; whether they are loaded depends on when.
    private static SortedDictionary<string, string> Lasting(SortedDictionary<string, string> state)
        => new(state.Where(entry => !entry.Key.Contains(":e", StringComparison.Ordinal)).ToDictionary());
}
