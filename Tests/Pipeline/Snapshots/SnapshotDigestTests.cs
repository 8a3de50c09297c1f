using DragonflyFlow.Pipeline.Snapshots;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Snapshots;

/// <summary>The branch that finds the digest: beside the file, from the same walk, and lost alone.</summary>
[TestClass]
public sealed class SnapshotDigestTests
{
    [TestMethod]
    [DataRow("no")]
    [DataRow("yes")]
    public async Task The_digest_of_a_snapshot_is_that_of_the_state_at_its_cut(string isDf)
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            MemoryDisk disk = new();
            string atCut;
            await using (SavingStore store = Made(disk, seed % 4 + 1, ("df_snapshot_format", isDf)))
            {
                WriteStorm storm = new(seed, 1500, withRare: false);
                for (int i = 0; i < 2000; i++)
                    storm.Write(store.Client);
                atCut = store.Client.Line("DEBUG DIGEST")[1..^2];
                TaskCompletionSource cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
                store.Snapshots.Cutting = cut.SetResult;
                Task<string?> saved = store.BeginAsync();
                await cut.Task;
                while (!saved.IsCompleted)
                    storm.Write(store.Client);
                Assert.IsNull(await saved);
                Assert.AreEqual(atCut, store.Snapshots.Status.LastDigest, $"seed {seed}");
                StringAssert.Contains(store.Client.Line("INFO persistence"), "rdb_last_save_digest:" + atCut);
                store.Snapshots.SavesAtStop = false;
                store.Snapshots.Cutting = null;
            }

            await using SavingStore other = Made(disk, 2);
            Assert.IsTrue(await other.Snapshots.Loader.LoadAsync());
            Assert.AreEqual(atCut, other.Client.Line("DEBUG DIGEST")[1..^2]);
            other.Snapshots.SavesAtStop = false;
        }
    }

    [TestMethod]
    public async Task A_branch_that_stalls_or_fails_is_lost_alone()
    {
        MemoryDisk disk = new();
        await using SavingStore store = Made(disk, 2);
        for (int i = 0; i < 5000; i++)
            store.Client.Execute("SET", $"key{i}", new string('x', 1000));
        foreach (StubbornSink sink in new StubbornSink[] { new(stalls: true), new(stalls: false) })
        {
            SnapshotPlan plan = new SnapshotFactory(store.Engine, disk).Plan(new SnapshotRequest("test", "name"), isFinal: false);
            plan = plan with { Sinks = [.. plan.Sinks, sink], Limits = plan.Limits with { StallDeadline = TimeSpan.FromMilliseconds(200) } };
            SnapshotRun run = new(store.Graph, store.Engine, plan);
            Task ended = run.ExecuteAsync();
            await sink.Lost;
            sink.Release();
            await ended;
            Assert.HasCount(1, run.Losses);
            StringAssert.StartsWith(run.Losses[0], "stubborn: ");
            Assert.AreEqual(store.Client.Line("DEBUG DIGEST")[1..^2], plan.Digest!.Text, "the digest and the file had all of it");
        }

        await using SavingStore other = new(disk, 3, options: ("dbfilename", "name"));
        Assert.IsTrue(await other.Snapshots.Loader.LoadAsync());
        Assert.AreEqual(":5000\r\n", other.Client.Line("DBSIZE"));
    }

    private static SavingStore Made(MemoryDisk disk, int shards, params (string Name, string Value)[] options)
        => new(disk, shards, options: [("snapshot_digest", "yes"), .. options]);
}
