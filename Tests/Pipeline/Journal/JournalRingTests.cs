using System.Globalization;
using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Protocol.Wire.Frames;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Journal;

/// <summary>The last changes of a shard: what is there is exact, and there is never more than the bounds say.</summary>
[TestClass]
public sealed class JournalRingTests
{
    [TestMethod]
    public async Task It_gives_the_last_changes_from_any_of_them_on_and_keeps_its_bound_of_bytes()
    {
        using InProcessClient client = new(time: new ManualTimeProvider());
        client.Line("CONFIG SET shard_repl_backlog_bytes 6000");
        RecordingConsumer all = (await RecordingConsumer.RegisterAsync(client.Engine))[0];
        JournalRing ring = client.Engine.Shards[0].Journal!.Ring!;
        Random random = new(3);
        for (int i = 0; i < 2000; i++)
        {
            client.Execute("SET", $"key{random.Next(50)}", new string('v', random.Next(10) == 0 ? random.Next(3000) : random.Next(60)));
            Assert.IsLessThanOrEqualTo(6000, ring.Bytes);
            if (i % 50 == 0)
                AssertGives(ring, all);
        }

        Assert.IsGreaterThan(1, ring.FirstLsn);
        Assert.AreEqual(2001, ring.NextLsn);
    }

    [TestMethod]
    public async Task What_is_older_than_its_bound_is_given_up()
    {
        ManualTimeProvider time = new();
        using InProcessClient client = new(time: time);
        client.Line("CONFIG SET shard_repl_backlog_bytes 100000");
        RecordingConsumer all = (await RecordingConsumer.RegisterAsync(client.Engine))[0];
        JournalRing ring = client.Engine.Shards[0].Journal!.Ring!;
        client.Line("SET a 1");
        time.Advance(TimeSpan.FromSeconds(3));
        client.Line("SET b 1");
        time.Advance(TimeSpan.FromSeconds(3));
        client.Line("SET c 1");
        Assert.AreEqual((2, 4), (ring.FirstLsn, ring.NextLsn));
        AssertGives(ring, all);
        time.Advance(TimeSpan.FromSeconds(6));
        StringAssert.Contains(client.Execute("INFO", "replication"), "journal_shard_0:lsn=3,consumers=ring|recording,ring_bytes=0,ring_first_lsn=4", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task A_change_longer_than_the_ring_leaves_it_empty_behind_it()
    {
        using InProcessClient client = new(time: new ManualTimeProvider());
        client.Line("CONFIG SET shard_repl_backlog_bytes 1000");
        RecordingConsumer all = (await RecordingConsumer.RegisterAsync(client.Engine))[0];
        JournalRing ring = client.Engine.Shards[0].Journal!.Ring!;
        client.Line("SET a 1");
        client.Execute("SET", "b", new string('v', 2000));
        Assert.AreEqual((3, 3, 0), (ring.FirstLsn, ring.NextLsn, ring.Bytes));
        client.Line("SET c 1");
        AssertGives(ring, all);
    }

    [TestMethod]
    public void It_comes_and_goes_with_its_option()
    {
        using InProcessClient client = new(shards: 2);
        StringAssert.Contains(client.Execute("INFO", "replication"), "journal_active:0", StringComparison.Ordinal);
        client.Line("CONFIG SET shard_repl_backlog_bytes 1mb");
        StringAssert.Contains(client.Execute("INFO", "replication"), "journal_active:1", StringComparison.Ordinal);
        client.Line("CONFIG SET shard_repl_backlog_bytes 0");
        StringAssert.Contains(client.Execute("INFO", "replication"), "journal_active:0", StringComparison.Ordinal);
        Assert.IsTrue(Array.TrueForAll(client.Engine.Shards, shard => shard.Journal is null));
    }

    [TestMethod]
    public void A_journal_with_a_ring_allocates_nothing_for_a_command()
    {
        using StoreEngineScope scope = new();
        InProcessClient client = scope.Client;
        client.Line("CONFIG SET shard_repl_backlog_bytes 65536");
        AllocationProbe.AssertNothing(
            client.Engine, ["SET", "k", "a-value-of-some-bytes"], ["INCR", "n"], ["HSET", "h", "field", "value"], ["RPUSH", "l", "x"], ["LPOP", "l"], ["SADD", "s", "m"], ["SPOP", "s"], ["EXPIRE", "k", "100"], ["GET", "k"]);
        Assert.IsGreaterThan(1000, client.Engine.Shards[0].Journal!.Lsn);
    }

    private static void AssertGives(JournalRing ring, RecordingConsumer all)
    {
        using FrameBuffer read = new();
        Assert.IsFalse(ring.TryRead(ring.FirstLsn - 1, read, 100, out _));
        Assert.IsFalse(ring.TryRead(ring.NextLsn + 1, read, 100, out _));
        for (long from = ring.FirstLsn; from <= ring.NextLsn; from++)
        {
            read.Clear();
            long at = from;
            while (at < ring.NextLsn)
            {
                long before = at;
                Assert.IsTrue(ring.TryRead(at, read, 500, out at));
                Assert.IsGreaterThan(before, at);
            }

            byte[] expected = [.. all.Frames.Skip((int)from - 1).SelectMany(frame => frame)];
            Assert.IsTrue(read.Written.SequenceEqual(expected), string.Create(CultureInfo.InvariantCulture, $"from {from}"));
        }
    }

    // Without checks of memory, which allocate.
    private sealed class StoreEngineScope : IDisposable
    {
        private readonly DragonflyFlow.Pipeline.Shards.StoreEngine _engine = new(new DragonflyFlow.Pipeline.Shards.StoreEngineOptions(), TimeProvider.System);

        public StoreEngineScope() => Client = new InProcessClient(_engine);

        public InProcessClient Client { get; }

        public void Dispose()
        {
            Client.Dispose();
            _engine.Dispose();
        }
    }
}
