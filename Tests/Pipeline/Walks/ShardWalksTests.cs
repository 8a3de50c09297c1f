using System.Globalization;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Walks;

/// <summary>A walk gives each record once, as it was when the walk was registered, whatever happens between its slices.</summary>
[TestClass]
public sealed class ShardWalksTests
{
    private const int Rounds = 300;

    [TestMethod]
    public void A_walk_gives_the_state_at_its_registration_under_changes_of_every_kind()
    {
        for (int seed = 1; seed <= Rounds; seed++)
            Run(seed);
    }

    [TestMethod]
    public void A_walk_that_is_ended_leaves_nothing_behind()
    {
        using InProcessClient client = new();
        ShardBlock shard = client.Engine.Shards[0];
        Fill(client, new Random(1), 500);
        ShardWalk walk = Register(shard, new CollectingConsumer { WantsMore = false });
        ShardWalk later = Register(shard, new CollectingConsumer { WantsMore = false });
        Assert.AreEqual(2, shard.Keyspace.Arena.LiveLeases);
        In(shard, () => Assert.IsTrue(walk.End()));
        In(shard, () => Assert.IsFalse(walk.End(), "ending is idempotent, with one winner"));
        Assert.IsNotNull(shard.Walks);
        client.Line("FLUSHALL");
        In(shard, () => Assert.IsTrue(later.End()));
        Assert.IsNull(shard.Walks);
        Assert.IsNull(shard.Keyspace.ContentKeeper);
        Assert.IsNull(shard.Keyspace[0].Table.Observer);
        Assert.AreEqual(0, shard.Keyspace.Arena.LiveLeases);
        In(shard, () => shard.Keyspace.RunUpkeep(0, int.MaxValue));
        Assert.AreEqual(0, shard.Keyspace.MemoryBytes, "what FLUSHALL had left to the walk is freed");
    }

    [TestMethod]
    public void A_walk_whose_consumer_wants_no_more_rests_and_what_changes_is_given_all_the_same()
    {
        using InProcessClient client = new();
        ShardBlock shard = client.Engine.Shards[0];
        client.Line("SET key before");
        CollectingConsumer consumer = new() { WantsMore = false };
        Dictionary<string, string> state = CollectingConsumer.StateOf(shard.Keyspace);
        Register(shard, consumer);
        client.Line("PING");
        Assert.IsEmpty(consumer.Records);
        client.Line("SET key after");
        CollectionAssert.AreEquivalent(state, consumer.Records);
        consumer.WantsMore = true;
        Finish(shard, consumer);
    }

    [TestMethod]
    public void A_walk_is_given_what_changes_and_not_what_is_beside_it()
    {
        using InProcessClient client = new();
        ShardBlock shard = client.Engine.Shards[0];
        Dictionary<string, string> state = Fill400(client);
        CollectingConsumer consumer = new() { WantsMore = false };
        Register(shard, consumer);
        client.Line("SET key7 after");
        client.Line("APPEND key7 more");
        client.Line("DEL key8");
        client.Line("SET key8 again");
        client.Line("SET new value");
        CollectionAssert.AreEquivalent((string[])["0:key7", "0:key8"], consumer.Records.Keys);
        Finish(shard, consumer);
        CollectionAssert.AreEquivalent(state, consumer.Records);
    }

    [TestMethod]
    public void While_two_walks_are_behind_both_are_given_whole_buckets()
    {
        using InProcessClient client = new();
        ShardBlock shard = client.Engine.Shards[0];
        Dictionary<string, string> state = Fill400(client);
        CollectingConsumer[] consumers = [new() { WantsMore = false }, new() { WantsMore = false }];
        Register(shard, consumers[0]);
        client.Line("SET key7 after");
        Assert.HasCount(1, consumers[0].Records);
        Dictionary<string, string> later = CollectingConsumer.StateOf(shard.Keyspace);
        Register(shard, consumers[1]);
        client.Line("SET key7 later");
        Assert.IsGreaterThan(1, consumers[1].Records.Count, "the bucket of key7");
        CollectionAssert.AreEquivalent(consumers[0].Records.Keys, consumers[1].Records.Keys);
        Finish(shard, consumers[0]);
        CollectionAssert.AreEquivalent(state, consumers[0].Records);
        Finish(shard, consumers[1]);
        CollectionAssert.AreEquivalent(later, consumers[1].Records);
    }

    [TestMethod]
    public void What_walks_have_marked_that_were_given_up_is_given_to_the_next()
    {
        using InProcessClient client = new();
        ShardBlock shard = client.Engine.Shards[0];
        Fill400(client);
        // More walks than there are numbers for marks.
        for (int walk = 0; walk < 20; walk++)
        {
            ShardWalk givenUp = Register(shard, new CollectingConsumer { WantsMore = false });
            for (int key = walk; key < 400; key += 7)
                client.Line($"SET key{key} {walk}");
            In(shard, () => givenUp.End());
            Dictionary<string, string> state = CollectingConsumer.StateOf(shard.Keyspace);
            if (walk % 10 != 9)
                continue;
            CollectingConsumer consumer = new() { WantsMore = false };
            Register(shard, consumer);
            for (int key = 0; key < 400; key += 3)
                client.Line($"SET key{key} after");
            Finish(shard, consumer);
            CollectionAssert.AreEquivalent(state, consumer.Records);
        }
    }

    [TestMethod]
    public void What_is_written_into_a_database_that_was_emptied_behind_a_walk_does_not_rest_it()
    {
        ManualTimeProvider time = new();
        using InProcessClient client = new(time: time);
        ShardBlock shard = client.Engine.Shards[0];
        client.Line("SET key value");
        client.Line("SELECT 1");
        client.Line("SET key value");
        CollectingConsumer consumer = new() { WantsMore = false };
        Register(shard, consumer);
        In(shard, () => shard.Walks!.Budget.Share = 0.01);
        In(shard, () => shard.Walks!.Active[0].Advance(SegmentRef.BucketCount));
        Assert.HasCount(1, consumer.Records);
        client.Line("SELECT 0");
        for (int i = 0; i < 100; i++)
        {
            client.Line("FLUSHDB");
            for (int key = 0; key < 60; key++)
                client.Line($"SET key{key} value");
        }

        consumer.WantsMore = true;
        time.Advance(TimeSpan.FromMilliseconds(50));
        client.Line("PING");
        client.Line("SET key value");
        Assert.IsTrue(consumer.IsFinished, "nothing was taken since, so the share of 50 ms is there for a slice");
    }

    private static void Run(int seed)
    {
        Random random = new(seed);
        using InProcessClient client = new();
        ShardBlock shard = client.Engine.Shards[0];
        Fill(client, random, random.Next(1, 2000));
        List<(CollectingConsumer Consumer, Dictionary<string, string> State, ShardWalk Walk)> walks = [];
        for (int step = 0; step < 200; step++)
        {
            if (walks.Count < 3 && random.Next(40) == 0)
            {
                CollectingConsumer consumer = new() { WantsMore = false };
                Dictionary<string, string> state = CollectingConsumer.StateOf(shard.Keyspace);
                walks.Add((consumer, state, Register(shard, consumer)));
            }

            Change(client, random);
            if (walks.Count > 0 && random.Next(60) == 0)
                GiveUp(shard, walks, random.Next(walks.Count));
            if (shard.Walks is not null && walks.Count > 0 && random.Next(8) == 0)
                Slice(shard, walks[random.Next(walks.Count)].Consumer);
        }

        foreach ((CollectingConsumer consumer, Dictionary<string, string> state, _) in walks)
        {
            Finish(shard, consumer);
            CollectionAssert.AreEquivalent(state, consumer.Records, $"replay: {nameof(ShardWalksTests)}, seed {seed}");
        }

        Assert.IsNull(shard.Walks);
        Assert.AreEqual(0, shard.Keyspace.Arena.LiveLeases);
    }

    private static void GiveUp(ShardBlock shard, List<(CollectingConsumer Consumer, Dictionary<string, string> State, ShardWalk Walk)> walks, int which)
    {
        In(shard, () => walks[which].Walk.End());
        walks.RemoveAt(which);
    }

    private static Dictionary<string, string> Fill400(InProcessClient client)
    {
        for (int i = 0; i < 400; i++)
            client.Line($"SET key{i} before");
        return CollectingConsumer.StateOf(client.Engine.Shards[0].Keyspace);
    }

    private static ShardWalk Register(ShardBlock shard, CollectingConsumer consumer)
    {
        ShardWalk? walk = null;
        In(shard, () => walk = ShardWalks.Register(shard, "test", consumer));
        return walk!;
    }

    private static void Finish(ShardBlock shard, CollectingConsumer consumer)
    {
        while (!consumer.IsFinished)
            Slice(shard, consumer);
    }

    private static void Slice(ShardBlock shard, CollectingConsumer consumer) => In(shard, () =>
    {
        if (consumer.IsFinished)
            return;
        consumer.WantsMore = true;
        shard.Walks!.RunSlice();
        consumer.WantsMore = false;
    });

    private static void In(ShardBlock shard, Action action) => Assert.IsTrue(shard.Post(new ShardAction(_ => action())));

    private static void Fill(InProcessClient client, Random random, int keys)
    {
        for (int i = 0; i < keys; i++)
            Change(client, random, grows: true);
    }

    private static void Change(InProcessClient client, Random random, bool grows = false)
    {
        string key = random.Next(3000).ToString(CultureInfo.InvariantCulture);
        string value = random.Next().ToString(CultureInfo.InvariantCulture);
        int kinds = grows ? 8 : 19;
        string line = random.Next(kinds) switch
        {
            0 or 1 => $"SET s{key} {value}",
            2 => $"APPEND s{key} {value}",
            3 => $"RPUSH l{random.Next(20)} {value} {value}",
            4 => $"HSET h{random.Next(20)} {key} {value}",
            5 => $"SADD t{random.Next(20)} {value}",
            6 => $"ZADD z{random.Next(20)} {random.Next(100)} {value}",
            7 => $"SET x{key} {value} PX {random.Next(1_000_000, 2_000_000)}",
            8 => $"DEL s{key} x{key}",
            9 => $"LPOP l{random.Next(20)} 3",
            10 => $"HDEL h{random.Next(20)} {key}",
            11 => $"SPOP t{random.Next(20)}",
            12 => $"RENAME s{key} s{random.Next(3000)}",
            13 => $"SORT l{random.Next(20)} STORE l{random.Next(20)}",
            14 => $"COPY z{random.Next(20)} z{random.Next(20)} REPLACE",
            15 => $"SELECT {random.Next(3)}",
            16 => random.Next(10) == 0 ? "FLUSHDB" : $"EXPIRE s{key} 1000",
            17 => random.Next(6) == 0 ? $"SWAPDB 0 {random.Next(3)}" : $"MOVE s{key} {random.Next(3)}",
            _ => random.Next(10) == 0 ? "FLUSHALL ASYNC" : $"GETDEL x{key}",
        };
        client.Line(line);
    }
}
