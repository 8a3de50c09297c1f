using System.Threading.Tasks.Dataflow;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>What a streamer takes gathers for a bounded time, and for a bounded size, so that a storm of small writes is no storm of small chunks.</summary>
[TestClass]
public sealed class StreamerGatheringTests : IDisposable
{
    private static readonly MigrationLimits Limits = new() { PauseBytes = 1 << 20, Stall = TimeSpan.FromSeconds(1), ShardShare = 0 };

    private readonly ManualTimeProvider _time = new();
    private readonly BufferBlock<FlowChunk> _chunks = new();
    private readonly InProcessClient _client;
    private readonly RestoreStreamer _streamer;

    /// <summary>An empty shard with a streamer.</summary>
    public StreamerGatheringTests()
    {
        _client = new InProcessClient(time: _time);
        ShardBlock shard = _client.Engine.Shards[0];
        _streamer = new RestoreStreamer(_client.Engine, shard, "streamer", SlotSet.All, Limits);
        _streamer.Feed(_chunks);
        Assert.IsTrue(shard.Post(new ShardAction(_ => _streamer.Register())));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _client.Engine.Shards[0].Post(new ShardAction(_ => _streamer.EndInShard()));
        Assert.IsTrue(_streamer.Completion.IsCompletedSuccessfully);
        while (_chunks.TryReceive(out FlowChunk? chunk))
            chunk.Dispose();
        _client.Dispose();
    }

    [TestMethod]
    public void Changes_of_two_milliseconds_leave_together_with_the_first_that_comes_later()
    {
        for (int i = 0; i < 50; i++)
            _client.Line($"SET key:{i} value");
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _client.Line("SET other value");
        Assert.AreEqual(0, _chunks.Count);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _client.Line("SET last value");
        Assert.AreEqual(1, _chunks.Count);
        Assert.AreEqual(_streamer.Bytes, Next().Length, "nothing is left behind");
    }

    [TestMethod]
    public void The_last_change_waits_for_no_other_but_for_the_next_look()
    {
        _client.Line("SET key value");
        _time.Advance(TimeSpan.FromMilliseconds(3));
        _streamer.LookForGathered();
        Assert.AreEqual(0, _chunks.Count, "a command may still take it along");
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _streamer.LookForGathered();
        Assert.AreEqual(_streamer.Bytes, Next().Length);
        _time.Advance(TimeSpan.FromSeconds(1));
        _streamer.LookForGathered();
        Assert.AreEqual(0, _chunks.Count, "there is nothing to send");
    }

    [TestMethod]
    public void A_full_chunk_leaves_at_once_and_the_rest_gathers_until_it_is_written()
    {
        string value = new('v', FlowChunk.BytesFull / 2);
        _client.Line($"SET a {value}");
        Assert.AreEqual(0, _chunks.Count);
        _client.Line($"SET b {value}");
        FlowChunk full = Next();
        Assert.IsGreaterThanOrEqualTo(FlowChunk.BytesFull, full.Length);
        _client.Line("SET c value");
        _time.Advance(TimeSpan.FromSeconds(1));
        _client.Line("SET d value");
        _streamer.LookForGathered();
        Assert.AreEqual(0, _chunks.Count, "one write after the other");
        _streamer.Written(full.Length);
        _streamer.LookForGathered();
        Assert.AreEqual(_streamer.Bytes, full.Length + Next().Length);
    }

    [TestMethod]
    public void A_marker_waits_for_nothing()
    {
        _client.Line("SET key value");
        _client.Engine.Shards[0].Post(new ShardAction(_ => _streamer.Mark(1)));
        Assert.AreEqual(_streamer.Bytes, Next().Length - MarkerBytes());
    }

    private int MarkerBytes()
    {
        _client.Engine.Shards[0].Post(new ShardAction(_ => _streamer.Mark(2)));
        return Next().Length;
    }

    private FlowChunk Next()
    {
        Assert.IsTrue(_chunks.TryReceive(out FlowChunk? chunk), "no chunk was sent");
        return chunk;
    }
}
