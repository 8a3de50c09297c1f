using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Cluster;

/// <summary>What a walk over keys takes of a shard that clients use: slices behind their messages, on their thread, within a share of the time.</summary>
[TestClass]
public sealed class SlotTurnTests
{
    private static readonly TimeSpan SliceTime = TimeSpan.FromMicroseconds(50);
    private static readonly TimeSpan Gap = TimeSpan.FromMicroseconds(100);

    private readonly ManualTimeProvider _time = new();

    [TestMethod]
    [DataRow(0.1)]
    [DataRow(0.3)]
    public void A_busy_shard_gives_it_its_share(double share)
    {
        using InProcessClient client = new(time: _time);
        LongWalk walk = new(client.Engine, _time, share, slicesMax: int.MaxValue);
        SlotTurn turn = Enter(client, walk);
        long began = _time.GetTimestamp();
        int thread = Environment.CurrentManagedThreadId;
        for (int i = 0; i < 2000; i++)
        {
            _time.Advance(Gap);
            client.Line("SET key value");
        }

        TimeSpan all = _time.GetElapsedTime(began);
        Assert.AreEqual(share, walk.Slices * SliceTime / all, share / 20, $"{walk.Slices} slices in {all}");
        Assert.AreEqual(2000, turn.Messages, 1, "slices are no messages of others");
        Assert.IsTrue(walk.Threads.SetEquals([thread]), "slices run on the thread that asks the shard for something");
        Leave(client, turn);
    }

    [TestMethod]
    public void It_ends_when_nothing_more_is_to_be_done_and_leaves_nothing()
    {
        using InProcessClient client = new(time: _time);
        LongWalk first = new(client.Engine, _time, share: 0.5, slicesMax: 3), second = new(client.Engine, _time, share: 0.5, slicesMax: 5);
        SlotTurn[] turns = [Enter(client, first), Enter(client, second)];
        for (int i = 0; i < 50; i++)
        {
            _time.Advance(Gap);
            client.Line("SET key value");
        }

        Assert.IsTrue(turns[0].HasEnded && turns[1].HasEnded);
        Assert.AreEqual((3, 5), (first.Slices, second.Slices));
        Leave(client, turns[0]);
        Assert.HasCount(1, client.Engine.Shards[0].SlotTurns!);
        Leave(client, turns[1]);
        Assert.IsNull(client.Engine.Shards[0].SlotTurns);
    }

    private static SlotTurn Enter(InProcessClient client, SlotWalk walk)
    {
        ShardBlock shard = client.Engine.Shards[0];
        SlotTurn turn = new(walk, shard);
        Assert.IsTrue(shard.Post(new ShardAction(_ => turn.Enter())));
        return turn;
    }

    private static void Leave(InProcessClient client, SlotTurn turn) => Assert.IsTrue(client.Engine.Shards[0].Post(new ShardAction(_ => turn.Leave())));

    /// <summary>A walk whose slices take their time.</summary>
    private sealed class LongWalk(StoreEngine engine, ManualTimeProvider time, double share, int slicesMax) : SlotWalk(engine)
    {
        public int Slices { get; private set; }

        public HashSet<int> Threads { get; } = [];

        internal override double Share => share;

        protected override bool RunSlice(ShardBlock shard)
        {
            time.Advance(SliceTime);
            Threads.Add(Environment.CurrentManagedThreadId);
            return ++Slices < slicesMax;
        }
    }
}
