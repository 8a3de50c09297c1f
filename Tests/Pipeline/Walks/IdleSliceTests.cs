using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Walks;

/// <summary>Walks go on in time that I/O threads would sleep in, on shards that nobody uses, and at nobody's charge.</summary>
[TestClass]
public sealed class IdleSliceTests : IDisposable
{
    private const int Keys = 6000;

    // About what the budget takes it for before it has seen any.
    private static readonly TimeSpan Bucket = TimeSpan.FromMicroseconds(0.8);

    private readonly ManualTimeProvider _time = new();
    private readonly InProcessClient _client;
    private readonly ShardBlock _shard;
    private readonly IdleSlice _idle;

    public IdleSliceTests()
    {
        _client = new InProcessClient(time: _time);
        _shard = _client.Engine.Shards[0];
        _idle = new IdleSlice(_client.Engine.Shards, first: 0);
        for (int i = 0; i < Keys; i++)
            _client.Line($"SET key{i} value");
    }

    public void Dispose()
    {
        while (_shard.Walks is { } walks)
            Assert.IsTrue(_shard.Post(new ShardAction(_ => walks.Active[0].End())));
        _client.Dispose();
    }

    [TestMethod]
    public void Slice_by_slice_all_is_walked()
    {
        Assert.IsFalse(_idle.IsWanted);
        Assert.IsFalse(_idle.TryRun());
        Dictionary<string, string> state = CollectingConsumer.StateOf(_shard.Keyspace);
        CollectingConsumer consumer = Register(usesIdleTime: true);
        int slices = 0;
        for (; _idle.IsWanted; slices++)
            Assert.IsTrue(_idle.TryRun());
        Assert.IsTrue(consumer.IsFinished);
        Assert.IsGreaterThan(2, slices);
        CollectionAssert.AreEquivalent(state, consumer.Records);
        Assert.IsFalse(_idle.TryRun());
    }

    [TestMethod]
    public void It_is_not_used_for_walks_that_do_not_ask_for_it_or_have_enough()
    {
        CollectingConsumer streamer = Register(usesIdleTime: false);
        Assert.IsFalse(_idle.IsWanted);
        Assert.IsFalse(_idle.TryRun());
        CollectingConsumer snapshot = Register(usesIdleTime: true);
        Assert.IsTrue(_idle.IsWanted);
        snapshot.WantsMore = false;
        Assert.IsFalse(_idle.IsWanted);
        Assert.IsFalse(_idle.TryRun());
        Assert.IsEmpty(streamer.Records);
        Assert.IsEmpty(snapshot.Records);
    }

    [TestMethod]
    public void When_a_walk_that_uses_it_ends_another_may()
    {
        Register(usesIdleTime: true);
        CollectingConsumer later = Register(usesIdleTime: true);
        Register(usesIdleTime: false);
        Assert.IsTrue(_shard.Post(new ShardAction(shard => shard.Walks!.Active[0].End())));
        while (_idle.IsWanted)
            Assert.IsTrue(_idle.TryRun());
        Assert.IsTrue(later.IsFinished);
        Assert.IsTrue(_shard.IsWalked, "the one that does not use it");
    }

    [TestMethod]
    public void After_a_slice_it_rests_for_four_times_as_long()
    {
        Register(usesIdleTime: true, takesTime: true);
        long began = _time.GetTimestamp();
        Assert.IsTrue(_idle.TryRun());
        TimeSpan took = _time.GetElapsedTime(began);
        Assert.IsGreaterThanOrEqualTo(Bucket, took);
        Assert.IsFalse(_idle.IsWanted);
        _time.Advance((4 * took) - Bucket);
        Assert.IsFalse(_idle.IsWanted);
        _time.Advance(Bucket);
        Assert.IsTrue(_idle.IsWanted);
    }

    [TestMethod]
    public void A_shard_that_somebody_is_in_is_left_alone()
    {
        CollectingConsumer consumer = Register(usesIdleTime: true);
        Assert.IsTrue(_shard.Post(new ShardAction(_ => Assert.IsFalse(_idle.TryRun()))));
        Assert.IsEmpty(consumer.Records);
        Assert.IsTrue(_idle.TryRun(), "it was not posted then");
    }

    [TestMethod]
    public void What_is_done_in_idle_time_is_not_charged_to_the_share_of_busy_time()
    {
        CollectingConsumer consumer = Register(usesIdleTime: true, takesTime: true);
        long began = _time.GetTimestamp();
        Assert.IsTrue(_shard.Post(new ShardAction(shard => shard.Walks!.Budget.Share = 0.01)));
        TimeSpan slice = _time.GetElapsedTime(began);
        int afterSlice = consumer.Records.Count;
        Assert.IsGreaterThan(0, afterSlice, "a message is followed by a slice");
        for (int i = 0; i < 3; i++)
            Assert.IsTrue(_idle.TryRun());
        int afterIdle = consumer.Records.Count;
        Assert.IsGreaterThan(afterSlice, afterIdle);
        _time.Advance(50 * slice);
        _client.Line("GET key1");
        Assert.HasCount(afterIdle, consumer.Records, "half of the slice behind the message is to be paid for yet, at one percent");
        _time.Advance(100 * slice);
        _client.Line("GET key1");
        Assert.IsGreaterThan(afterIdle, consumer.Records.Count, "it has been paid for, and the three idle ones need not be");
    }

    private CollectingConsumer Register(bool usesIdleTime, bool takesTime = false)
    {
        CollectingConsumer consumer = new() { UsesIdleTime = usesIdleTime, OnTake = () => _time.Advance(takesTime ? Bucket : TimeSpan.Zero) };
        Assert.IsTrue(_shard.Post(new ShardAction(shard => ShardWalks.Register(shard, "test", consumer))));
        return consumer;
    }
}
