using System.Globalization;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Cluster;

/// <summary>
/// The flush of slots: what lay in them at the cut is gone for every client from then on, what is written later stays (faults F24, F33), and it can be ended
/// at every step without leaving anything behind.
/// </summary>
[TestClass]
public sealed class SlotFlushTests
{
    private const int Keys = 1500;

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task Keys_of_slots_that_leave_are_deleted_and_the_rest_stays(int shards)
    {
        await using ClusterStore store = new(shards);
        store.Configure("me 0-16383");
        HashSet<string> staying = [];
        for (int i = 0; i < Keys; i++)
        {
            string key = $"k{i}";
            store.Client.Execute("SET", key, "v");
            if (SlotOf(key) < 8192)
                staying.Add(key);
        }

        store.Configure("me 0-8191; other 8192-16383");
        await store.Node.Flushes.WhenEndedAsync();
        Assert.AreEqual($":{staying.Count}\r\n", store.Client.Line("DBSIZE"));
        CollectionAssert.AreEquivalent(staying.ToArray(), store.Client.Ask("KEYS", "*").Items.Select(item => item.Text).ToArray());
        string info = store.Client.Line("INFO cluster");
        StringAssert.Contains(info, "slot_flushes_active:0\r\nslot_flushes_total:1\r\nslot_flushes_cut:0\r\n");
        StringAssert.Contains(info, $"slot_flushes_deleted_keys:{Keys - staying.Count}\r\n");
        AssertNothingIsLeftOver(store);
    }

    [TestMethod]
    public async Task Deletions_are_told_as_such_and_expected_slots_are_spared()
    {
        await using ClusterStore store = new();
        store.Configure("me 0-16383");
        store.Client.Line("CONFIG SET notify-keyspace-events Eg");
        InProcessClient listener = store.Open();
        listener.Line("SUBSCRIBE __keyevent@0__:del");
        store.Client.Line("SET foo 1");
        store.Client.Line("SET x 1");
        store.Client.Line("SET bar 1");
        // foo (12182) leaves, x (16287) is on its way here, bar (5061) stays.
        store.Configure("me 0-8191; other 8192-16383 > me 16287");
        await store.Node.Flushes.WhenEndedAsync();
        Assert.AreEqual("*3\r\n$7\r\nmessage\r\n$18\r\n__keyevent@0__:del\r\n$3\r\nfoo\r\n", listener.Receive());
        Assert.AreEqual(":1\r\n", store.Client.Line("CLUSTER COUNTKEYSINSLOT 16287"));
        // The migration is taken back: what had come is part of nothing.
        store.Configure("me 0-8191; other 8192-16383");
        await store.Node.Flushes.WhenEndedAsync();
        Assert.AreEqual("*1\r\n$3\r\nbar\r\n", store.Client.Line("KEYS *"));
    }

    // The shards are held up while slots leave and come back, so that the flush has not begun to walk when the first commands come.
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public async Task Old_keys_are_gone_at_once_for_whoever_asks(int shards)
    {
        await using ClusterStore store = new(shards);
        store.Configure("me 0-16383");
        store.Client.Execute("RPUSH", "{a}list", "old");
        store.Client.Execute("SET", "{a}n", "41");
        store.Client.Execute("SET", "{a}s", "old");
        store.Client.Execute("SET", "{a}unnamed", "old");
        store.Client.Execute("SADD", "{a}set", "old");
        InProcessClient watcher = store.Open();
        watcher.Pipeline(["WATCH", "{a}n"], ["MULTI"], ["SET", "{a}s", "watched"]);
        string replies = "";
        OnAllShards(store, () => store.Node.Flushes.Begin(SlotSet.All));
        replies += store.Client.Pipeline(
            ["RPUSH", "{a}list", "new"], ["INCR", "{a}n"], ["GET", "{a}s"], ["EXISTS", "{a}set", "{a}list"], ["SUNIONSTORE", "{a}list2", "{a}set"],
            ["EVAL", "return redis.call('get', KEYS[1])", "1", "{a}s"], ["MULTI"], ["LRANGE", "{a}list", "0", "-1"], ["EXEC"]);
        Assert.AreEqual(":1\r\n:1\r\n$-1\r\n:1\r\n:0\r\n$-1\r\n+OK\r\n+QUEUED\r\n*1\r\n*1\r\n$3\r\nnew\r\n", replies);
        Assert.AreEqual("*-1\r\n", watcher.Execute("EXEC"), "what was watched is gone");
        await store.Node.Flushes.WhenEndedAsync();
        CollectionAssert.AreEquivalent(new[] { "{a}list", "{a}n" }, store.Client.Ask("KEYS", "*").Items.Select(item => item.Text).ToArray());
        AssertNothingIsLeftOver(store);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task Flushes_under_writes_lose_nothing_that_was_written_behind_them(int shards)
    {
        for (int seed = 1; seed <= 12; seed++)
            await RunUnderWritesAsync(shards, seed);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task A_flush_may_be_ended_at_any_moment(int shards)
    {
        int cut = 0;
        for (int seed = 1; seed <= 40; seed++)
        {
            string replay = $"replay: shards={shards} seed={seed}";
            Random random = new(seed);
            await using ClusterStore store = new(shards, seed: (ulong)seed);
            store.Configure("me 0-16383");
            for (int i = 0; i < Keys; i++)
                store.Client.Execute("SET", $"k{i}", "v");
            SlotFlush? flush = null;
            OnAllShards(store, () => flush = store.Node.Flushes.Begin(SlotSet.All));
            int spins = random.Next(0, 40_000);
            if (spins % 7 != 0)
                Thread.SpinWait(spins);
            flush!.Complete();
            flush.Complete();
            await flush.Completion;
            string left = store.Client.Line("DBSIZE");
            Assert.AreEqual($":{Keys - flush.Deleted}\r\n", left, replay);
            Assert.AreEqual(flush.WasCut, flush.Deleted < Keys, replay);
            cut += flush.WasCut ? 1 : 0;
            Assert.AreEqual("+OK\r\n", store.Client.Line("SET k1 new"), replay);
            Assert.AreEqual("$3\r\nnew\r\n", store.Client.Line("GET k1"), replay);
            flush.Ledger.AssertSettled(replay);
            AssertNothingIsLeftOver(store);
        }

        Assert.IsGreaterThan(3, cut, "flushes were cut");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task A_stop_ends_flushes_in_its_order(int shards)
    {
        for (int seed = 1; seed <= 15; seed++)
        {
            Random random = new(seed);
            ClusterStore store = new(shards, seed: (ulong)seed);
            store.Configure("me 0-16383");
            for (int i = 0; i < Keys; i++)
                store.Client.Execute("SET", $"k{i}", "v");
            store.Configure("me 0-3; other 4-16383");
            string? asked = store.Open().Begin("CLUSTER", "GETKEYSINSLOT", "1", "5");
            Thread.SpinWait(random.Next(0, 20_000));
            StopReport report = await store.Graph.StopAsync();
            Assert.AreEqual(StopVerdict.Clean, report.Verdict, $"seed {seed}: {report.ToJson()}");
            Assert.AreEqual(0, store.Node.Flushes.Active, $"seed {seed}");
            foreach (ShardBlock shard in store.Engine.Shards)
                Assert.AreEqual(0, shard.Keyspace.Arena.AllocatedBytes, $"seed {seed}, {asked}");
            await store.DisposeAsync();
        }
    }

    // Slots go and come back while clients write. A write that was acknowledged after the last loss of its slot is there; nothing from before it is.
    private static async Task RunUnderWritesAsync(int shards, int seed)
    {
        string replay = $"replay: shards={shards} seed={seed}";
        await using ClusterStore store = new(shards, seed: (ulong)seed);
        Random random = new(seed);
        store.Configure("me 0-16383");
        Dictionary<string, string> expected = [];
        for (int i = 0; i < Keys; i++)
            Write(store, expected, $"k{i}", "0");
        bool lowOnly = false;
        for (int round = 1; round <= 6; round++)
        {
            lowOnly = !lowOnly && random.Next(3) > 0;
            if (random.Next(4) == 0)
            {
                store.Client.Line("DFLYCLUSTER FLUSHSLOTS 0 4000");
                Forget(expected, slot => slot <= 4000);
            }

            store.Configure(lowOnly ? "me 0-8191; other 8192-16383" : "me 0-16383");
            if (lowOnly)
                Forget(expected, slot => slot >= 8192);
            int writes = random.Next(0, 400);
            for (int i = 0; i < writes; i++)
                Write(store, expected, $"k{random.Next(Keys * 2)}", round.ToString(CultureInfo.InvariantCulture));
        }

        await store.Node.Flushes.WhenEndedAsync();
        CollectionAssert.AreEquivalent(expected.Keys.ToArray(), store.Client.Ask("KEYS", "*").Items.Select(item => item.Text).ToArray(), replay);
        foreach ((string key, string value) in expected)
            Assert.AreEqual($"${value.Length}\r\n{value}\r\n", store.Client.Execute("GET", key), $"{replay}: {key}");
        int[] counts = new int[KeySlot.Count];
        foreach (string key in expected.Keys)
            counts[SlotOf(key)]++;
        for (int slot = 0; slot < KeySlot.Count; slot++)
            Assert.AreEqual(counts[slot], store.Engine.Shards.Sum(shard => shard.Slots!.KeysIn(slot)), $"{replay}: keys of slot {slot}");
        AssertNothingIsLeftOver(store);
    }

    private static void Write(ClusterStore store, Dictionary<string, string> expected, string key, string text)
    {
        string reply = store.Client.Execute("APPEND", key, text);
        if (reply.StartsWith("-MOVED", StringComparison.Ordinal))
            return;
        expected[key] = expected.GetValueOrDefault(key, "") + text;
        Assert.AreEqual($":{expected[key].Length}\r\n", reply, key);
    }

    private static void Forget(Dictionary<string, string> expected, Func<int, bool> isLost)
    {
        foreach (string key in expected.Keys.Where(key => isLost(SlotOf(key))).ToList())
            expected.Remove(key);
    }

    // As a command over all shards does, which then come free one after the other.
    private static void OnAllShards(ClusterStore store, Action action)
    {
        using ManualResetEventSlim done = new();
        store.Engine.Concurrency.Submit(new WholeStore(store.Engine.AllShards, action, done));
        Assert.IsTrue(done.Wait(TimeSpan.FromSeconds(30)));
    }

    private static void AssertNothingIsLeftOver(ClusterStore store)
    {
        Assert.AreEqual(0, store.Node.Flushes.Active);
        Assert.IsTrue(Array.TrueForAll(store.Engine.Shards, shard => shard.Slots!.Cuts == 0), "a cut is left on a shard");
    }

    private static int SlotOf(string key) => KeySlot.Of(System.Text.Encoding.ASCII.GetBytes(key));

    private sealed class WholeStore(ulong shards, Action action, ManualResetEventSlim done) : DragonflyFlow.Pipeline.Transactions.IMultiShardWork
    {
        public ulong ShardMask => shards;

        public bool IsGlobal => true;

        public void AddLocks(List<DragonflyFlow.Pipeline.Transactions.KeyLock> into)
        {
        }

        public void Run() => action();

        public void Refuse(Exception reason) => Assert.Fail(reason.Message);

        public void Concluded() => done.Set();
    }
}
