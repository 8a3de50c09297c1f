using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Snapshots;

/// <summary>What is loaded from a snapshot is the state at its cut, key by key, whatever was written while it was made.</summary>
[TestClass]
public sealed class SnapshotExactnessTests
{
    private const int Rounds = 1000;

    [TestMethod]
    public async Task A_snapshot_under_a_storm_of_writes_is_the_state_at_its_cut()
    {
        for (int seed = 1; seed <= Rounds; seed++)
        {
            SortedDictionary<string, string>[] states = await RoundAsync(seed, preImages: true);
            AssertSame(states[0], states[1], seed);
        }
    }

    [TestMethod]
    public async Task Without_base_values_before_changes_it_is_not()
    {
        int wrong = 0;
        for (int seed = 1; seed <= 20; seed++)
        {
            SortedDictionary<string, string>[] states = await RoundAsync(seed, preImages: false);
            wrong += states[0].SequenceEqual(states[1]) ? 0 : 1;
        }

        Assert.IsTrue(wrong > 10, $"of 20 snapshots without base values {wrong} were found wrong");
    }

    // The state at the cut, and what was loaded.
    private static async Task<SortedDictionary<string, string>[]> RoundAsync(int seed, bool preImages)
    {
        Random random = new(seed);
        MemoryDisk disk = new();
        SortedDictionary<string, string> atCut = [];
        string share = random.Next(1, 101).ToString(System.Globalization.CultureInfo.InvariantCulture);
        string format = seed % 2 == 0 ? "yes" : "no";
        await using (SavingStore store = new(disk, random.Next(1, 4), options: [("snapshot_shard_share", share), ("df_snapshot_format", format)]))
        {
            store.Snapshots.SavesAtStop = false;
            WriteStorm storm = new(seed, random.Next(10, 4000));
            for (int i = random.Next(2000); i > 0; i--)
                storm.Write(store.Client);
            store.Snapshots.Cutting = () =>
            {
                store.Read(atCut);
                if (!preImages)
                    Blind(store.Engine);
            };
            Task<string?> saved = store.BeginAsync();
            int writes = 0;
            while (!saved.IsCompleted || writes < 50)
            {
                storm.Write(store.Client);
                writes++;
            }

            Assert.IsNull(await saved, $"seed {seed}");
        }

        await using SavingStore other = new(disk, random.Next(1, 4));
        Assert.IsTrue(await other.Snapshots.Loader.LoadAsync());
        other.Snapshots.SavesAtStop = false;
        return [Lasting(atCut), Lasting(await other.StateAsync())];
    }

    // Keys that live for a millisecond are there to expire in the middle; whether they are loaded depends on when.
    private static SortedDictionary<string, string> Lasting(SortedDictionary<string, string> state)
        => new(state.Where(entry => !entry.Key.Contains(":e", StringComparison.Ordinal)).ToDictionary());

    // As if nobody were told of changes.
    private static void Blind(StoreEngine engine)
    {
        foreach (ShardBlock shard in engine.Shards)
        {
            for (int i = 0; i < shard.Keyspace.DatabaseCount; i++)
                shard.Keyspace[i].Table.Observer = null;
        }
    }

    private static void AssertSame(SortedDictionary<string, string> atCut, SortedDictionary<string, string> loaded, int seed)
    {
        if (atCut.SequenceEqual(loaded))
            return;
        IEnumerable<string> wrong = atCut.Except(loaded).Select(entry => $"at the cut {entry}").Concat(loaded.Except(atCut).Select(entry => $"loaded {entry}"));
        Assert.Fail($"replay: {nameof(SnapshotExactnessTests)} seed {seed}: {string.Join("; ", wrong.Take(6))}");
    }
}
