using DragonflyFlow.Pipeline.Snapshots;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Snapshots;

/// <summary>A snapshot of a store that nobody asks for anything goes on as soon as its file has taken what was under way, not at the next tick of its pace.</summary>
[TestClass]
public sealed class IdleSnapshotTests
{
    private const int Chunks = 60;
    private const int TicksMax = 4;
    private const int LooksMax = 200;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(8);

    [TestMethod]
    public async Task A_walk_that_rests_goes_on_when_the_file_has_taken_what_it_waited_for()
    {
        MemoryDisk disk = new();
        ManualTimeProvider time = new();
        await using SavingStore store = new(disk, shards: 1, time, ("rdbcompression", "no"));
        store.Snapshots.SavesAtStop = false;
        for (int i = 0; i < Chunks * SnapshotChunk.BytesUsual / 4096; i++)
            store.Client.Execute("SET", $"key:{i}", new string('x', 4096));
        disk.BeforeWrite = static _ => Task.Delay(5);
        // A chunk under way is all that it may have, and the file has as many waiting as it takes.
        SnapshotPlan plan = new SnapshotFactory(store.Engine, disk).Plan(new SnapshotRequest("test"), isFinal: false);
        SnapshotRun run = new(store.Graph, store.Engine, plan with { Limits = plan.Limits with { RestBytes = 1 } });
        Task saved = run.ExecuteAsync();
        int ticks = await AdvanceUntilAsync(saved, run, time);
        Assert.IsTrue(ticks is > 0 and <= TicksMax, $"{ticks} ticks for {Chunks} chunks");
    }

    // Timers that are due fire as often as they like; the clock moves on a tick when the snapshot has stood still for long: room made while a tick ends is seen by the next alone.
    private static async Task<int> AdvanceUntilAsync(Task saved, SnapshotRun run, ManualTimeProvider time)
    {
        int ticks = 0;
        long records = 0;
        for (int looks = 0; !saved.IsCompleted; looks++)
        {
            if (run.Records != records)
                (records, looks) = (run.Records, 0);
            time.Advance(looks < LooksMax ? TimeSpan.Zero : Tick);
            if (looks == LooksMax)
                (ticks, looks) = (ticks + 1, 0);
            await Task.Delay(1);
        }

        await saved;
        return ticks;
    }
}
