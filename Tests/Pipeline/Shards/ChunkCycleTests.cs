using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Tests.Pipeline.Walks;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Shards;

/// <summary>How many full chunks become huge pages at a look, by how fast the store grows and whether clients ask for something (decision 83).</summary>
[TestClass]
public sealed class ChunkCycleTests : IDisposable
{
    private const int Batch = 50;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly string Value = new('v', 4000);

    private readonly ManualTimeProvider _time = new();
    private readonly StoreEngine _engine;
    private readonly InProcessClient _client;
    private int _keys;

    public ChunkCycleTests()
    {
        _engine = new StoreEngine(new StoreEngineOptions { Shards = 1, Config = Policies.Config() }, _time);
        _engine.Join(new FlowGraph(new FlowSettings { Time = _time }));
        _client = new InProcessClient(_engine);
    }

    private Arena Arena => _engine.Shards[0].Keyspace.Arena;

    public void Dispose()
    {
        _client.Dispose();
        _engine.Dispose();
    }

    [TestMethod]
    public void None_while_the_store_grows_fast()
    {
        for (int look = 0; look < 3; look++)
        {
            Grow(chunks: 2);
            _time.Advance(Look);
        }

        Assert.AreEqual(Full(), Left());
    }

    [TestMethod]
    public void Eight_at_each_look_when_it_has_stopped_and_nobody_asks()
    {
        Grow(chunks: 20);
        _time.Advance(Look);
        int full = Full();
        _time.Advance(2 * Look);
        Assert.AreEqual(full - 16, Left());
    }

    [TestMethod]
    public void One_at_each_look_beside_clients()
    {
        Grow(chunks: 20);
        _time.Advance(Look);
        int full = Full();
        for (int look = 0; look < 3; look++)
        {
            Ask(messages: 300);
            _time.Advance(Look);
        }

        Assert.AreEqual(full - 3, Left());
    }

    [TestMethod]
    public void One_at_each_look_while_it_grows_by_as_many()
    {
        Grow(chunks: 20);
        _time.Advance(Look);
        int full = Full();
        for (int look = 0; look < 3; look++)
        {
            Grow(chunks: 1);
            Ask(messages: 300);
            _time.Advance(Look);
        }

        Assert.AreEqual(full, Left(), "three came and three were made");
    }

    [TestMethod]
    public void None_while_the_shard_is_walked()
    {
        Grow(chunks: 20);
        _time.Advance(Look);
        int full = Full();
        ShardWalk? walk = null;
        InShard(shard => walk = ShardWalks.Register(shard, "test", new CollectingConsumer { WantsMore = false }));
        _time.Advance(3 * Look);
        InShard(_ => walk!.End());
        _time.Advance(Look);
        Assert.AreEqual(full - 8, Left(), "those of the look behind the walk");
    }

    private void InShard(Action<ShardBlock> action) => Assert.IsTrue(_engine.Shards[0].Post(new ShardAction(action)));

    private void Grow(int chunks)
    {
        int until = Arena.Chunks + chunks;
        while (Arena.Chunks < until)
            _client.Pipeline([.. Enumerable.Range(0, Batch).Select(_ => new[] { "SET", $"key:{_keys++}", Value })]);
        Assert.AreEqual(until, Arena.Chunks);
    }

    private void Ask(int messages)
    {
        for (int i = 0; i < messages; i++)
            _client.Execute("GET", "key:0");
    }

    // The last one is being filled.
    private int Full() => Arena.Chunks - 1;

    private int Left()
    {
        int left = 0;
        while (Arena.TryCollapseChunk())
            left++;
        return left;
    }
}
