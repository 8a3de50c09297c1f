using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Snapshots;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Snapshots;

/// <summary>A store with a graph and a disk in memory, without sockets; checked memory, and everything looked at when it stops.</summary>
internal sealed class SavingStore : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public SavingStore(MemoryDisk disk, int shards = 2, TimeProvider? time = null, params (string Name, string Value)[] options)
    {
        Disk = disk;
        ConfigStore config = new();
        config.SetAtStart(StoreOptions.DbFileName, "dump.rdb");
        foreach ((string name, string value) in options)
            config.SetAtStart(StoreOptions.Find(name)!, value);
        Engine = new StoreEngine(new StoreEngineOptions { Shards = shards, Checked = true, Config = config, Disk = disk }, time ?? TimeProvider.System);
        Graph = new FlowGraph(new FlowSettings { Time = time ?? TimeProvider.System });
        Gate sessions = Graph.AddGate("sessions", Stage.Sessions, Upstreams.None);
        Engine.Join(Graph, sessions);
        Client = new InProcessClient(Engine);
    }

    public MemoryDisk Disk { get; }

    public StoreEngine Engine { get; }

    public FlowGraph Graph { get; }

    public InProcessClient Client { get; }

    public SnapshotService Snapshots => Engine.Snapshots!;

    /// <summary>Begins a snapshot; its end: null, or why it failed.</summary>
    public Task<string?> BeginAsync(string? name = null)
    {
        TaskCompletionSource<string?> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.IsTrue(Snapshots.TryBegin(new SnapshotRequest("test", name), ended.SetResult));
        return ended.Task.WaitAsync(Patience);
    }

    /// <summary>What the store holds now, at one moment on all shards: "database:key" to expiry and digest of the value.</summary>
    public async Task<SortedDictionary<string, string>> StateAsync()
    {
        SortedDictionary<string, string> state = [];
        Assert.IsTrue(await GlobalWork.RunAsync(Engine, () => Read(state)).WaitAsync(Patience));
        return state;
    }

    /// <summary>As <see cref="StateAsync"/>, from inside a step that holds all shards.</summary>
    public void Read(SortedDictionary<string, string> into)
    {
        foreach (ShardBlock shard in Engine.Shards)
        {
            for (int i = 0; i < shard.Keyspace.DatabaseCount; i++)
                Read(into, shard.Keyspace[i], i);
        }
    }

    /// <summary>Stops in order, and asserts that nothing is left.</summary>
    public async ValueTask DisposeAsync()
    {
        StopReport report = await Graph.StopAsync().WaitAsync(Patience);
        Assert.AreEqual(StopVerdict.Clean, report.Verdict, string.Join("; ", report.Stages.SelectMany(stage => stage.Problems)));
        Assert.AreEqual(0, Graph.LiveBlocks);
        Assert.AreEqual(0, Disk.Open, "files are open");
        foreach (ShardBlock shard in Engine.Shards)
            Assert.AreEqual(0, shard.Keyspace.Arena.LiveLeases);
        Assert.IsFalse(Disk.Names.Any(name => name.EndsWith(".tmp", StringComparison.Ordinal)), string.Join(", ", Disk.Names));
        Assert.AreEqual(0, Engine.Bugs);
    }

    private static void Read(SortedDictionary<string, string> into, Database database, int number)
    {
        Span<byte> digest = stackalloc byte[ValueDigest.Bytes];
        WalkCursor cursor = default;
        while (database.Table.TryWalk(ref cursor, out BucketRef bucket))
        {
            foreach (Slot slot in database.Table.SlotsOf(bucket))
            {
                if (database.IsDue(slot))
                    continue;
                digest.Clear();
                ValueDigest.AddValue(digest, database, slot);
                string key = string.Create(CultureInfo.InvariantCulture, $"{number}:{Encoding.Latin1.GetString(database.Table.Key(slot))}");
                string value = string.Create(CultureInfo.InvariantCulture, $"{database.Table.Kind(slot)} {database.Table.ExpireAtMs(slot)} {Convert.ToHexString(digest)}");
                into.Add(key, value);
            }
        }
    }
}
