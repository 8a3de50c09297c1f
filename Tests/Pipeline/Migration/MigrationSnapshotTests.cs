using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Tests.Pipeline.Cluster;
using DragonflyFlow.Tests.Pipeline.Snapshots;
using DragonflyFlow.Tests.Support;
using static DragonflyFlow.Tests.Pipeline.Migration.FlowFrames;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>Snapshots of a node while slots are on their way to it or have left it, on demand and at a stop.</summary>
[TestClass]
public sealed class MigrationSnapshotTests
{
    private const int Keys = 60;
    private const int Slot = 100;
    private const int OwnSlot = 9000;
    private const string Expecting = "other 0-8191 > me 0-8191; me 8192-16383";
    private const string Owning = "other; me 0-16383";
    private const string Without = "other 0-8191; me 8192-16383";

    [TestMethod]
    [DataRow(1, true)]
    [DataRow(3, false)]
    public async Task It_has_the_keys_of_slots_that_are_the_nodes_own_and_none_that_are_on_their_way(int shards, bool atStop)
    {
        MemoryDisk disk = new();
        SavingStore store = Made(disk, shards);
        using InProcessClient flow = await BeginAsync(store);
        if (!atStop)
            Assert.IsNull(await store.BeginAsync());
        store.Snapshots.SavesAtStop = atStop;
        // The flow is open still: its end would have what has come flushed.
        await store.DisposeAsync();
        await LoadsAsync(disk, Keys);
    }

    [TestMethod]
    public async Task Slots_that_have_been_handed_over_are_in_it()
    {
        MemoryDisk disk = new();
        await using (SavingStore store = Made(disk, shards: 2))
        {
            using InProcessClient flow = await BeginAsync(store);
            flow.Send(Frame(-1, "DFLYMIGRATE", "MARK", "1"));
            using InProcessClient control = new(store.Engine);
            Assert.AreEqual(":1\r\n", control.Execute("DFLYMIGRATE", "ACK", "other", "1", "0", "8191"));
        }

        await LoadsAsync(disk, 2 * Keys);
    }

    [TestMethod]
    public async Task Keys_of_slots_that_have_left_are_not_in_it_though_their_flush_was_cut_short()
    {
        MemoryDisk disk = new();
        await using (SavingStore store = Made(disk, shards: 1))
        {
            Configure(store, Owning);
            Fill(store, OwnSlot, Keys);
            // More than one slice of the flush deletes.
            Fill(store, Slot, 3000);
            Configure(store, Without);
        }

        await LoadsAsync(disk, Keys);
    }

    [TestMethod]
    public async Task A_node_that_nobody_has_told_what_is_its_own_keeps_all()
    {
        MemoryDisk disk = new();
        await using (SavingStore store = Made(disk, shards: 2))
        {
            Configure(store, Owning);
            Fill(store, OwnSlot, Keys);
        }

        await using (SavingStore store = Made(disk, shards: 3))
            Assert.IsTrue(await store.Snapshots.Loader.LoadAsync());
        await LoadsAsync(disk, Keys);
    }

    [TestMethod]
    public async Task What_has_come_and_a_reload_has_dropped_comes_again()
    {
        await using SavingStore store = Made(new MemoryDisk(), shards: 2);
        using InProcessClient flow = await BeginAsync(store);
        string? reply = store.Client.Begin("DEBUG", "RELOAD");
        await Eventually.IsSoAsync(() => (reply ??= store.Client.Poll()) is not null, () => "no answer to RELOAD");
        Assert.AreEqual("+OK\r\n", reply);
        Assert.AreEqual((long)Keys, store.Client.Ask("DBSIZE").Integer);
        IncomingProgress progress = store.Engine.Cluster!.Migrations.From("other")!.Progress;
        Assert.AreEqual((MigrationState.Error, "DEBUG RELOAD came between"), (progress.State, progress.LastError), "the round goes on without its keys");
        store.Snapshots.SavesAtStop = false;
    }

    // Keys of its own, and as many that have come by a flow.
    private static async Task<InProcessClient> BeginAsync(SavingStore store)
    {
        Configure(store, Expecting);
        Fill(store, OwnSlot, Keys);
        using InProcessClient control = new(store.Engine);
        string? reply = control.Begin("DFLYMIGRATE", "INIT", "other", "1", "0", "8191");
        await Eventually.IsSoAsync(() => (reply ??= control.Poll()) is not null, () => "no answer to INIT");
        Assert.AreEqual(":1\r\n", reply);
        InProcessClient flow = new(store.Engine);
        Assert.AreEqual("+OK\r\n", flow.Execute("DFLYMIGRATE", "FLOW", "other", "0", "1"));
        string tag = ClusterTexts.KeyOf(Slot);
        for (int i = 0; i < Keys; i++)
            flow.Send(Frame(Slot, "SET", $"{tag}{i}", "part"));
        Assert.AreEqual(2L * Keys, store.Client.Ask("DBSIZE").Integer);
        return flow;
    }

    private static void Fill(SavingStore store, int slot, int keys)
    {
        string tag = ClusterTexts.KeyOf(slot);
        for (int i = 0; i < keys; i++)
            Assert.AreEqual("+OK\r\n", store.Client.Execute("SET", $"{tag}{i}", "own"));
    }

    private static void Configure(SavingStore store, string words) => Assert.AreEqual("+OK\r\n", store.Client.Execute("DFLYCLUSTER", "CONFIG", ClusterStore.Json(words)));

    private static SavingStore Made(MemoryDisk disk, int shards) => new(disk, shards, options: [("cluster_mode", "yes"), ("cluster_node_id", "me")]);

    private static async Task LoadsAsync(MemoryDisk disk, int keys)
    {
        await using SavingStore other = new(disk, shards: 2);
        Assert.IsTrue(await other.Snapshots.Loader.LoadAsync());
        Assert.AreEqual(keys, other.Client.Ask("DBSIZE").Integer);
        other.Snapshots.SavesAtStop = false;
    }
}
