using System.Text;
using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Cluster;

/// <summary>Commands that were routed before writes to their slot were held back, and came to their shard behind that: they wait in their session, with what follows them.</summary>
[TestClass]
public sealed class SlotPauseTests
{
    private const int Slot = 100;
    private const int OtherSlot = 200;
    private static readonly SlotSet Paused = SlotSet.Of([new SlotRange(Slot, Slot)]);

    [TestMethod]
    public async Task They_run_when_the_pause_is_over_in_their_order_and_answer_in_their_place()
    {
        await using ClusterStore store = Store();
        string held = KeyOn(store, Slot, shard: 0), elsewhere = KeyOn(store, Slot, shard: 1), free = KeyOn(store, OtherSlot, shard: 0);
        InProcessClient client = store.Open();
        BeginBehind(store, () => Assert.IsNull(Begin(client, ["INCR", free], ["INCR", held], ["INCR", elsewhere], ["GET", held], ["INCR", free], ["INCR", held])));
        Assert.IsNull(client.Poll());
        Assert.AreEqual("$-1\r\n$1\r\n1\r\n$1\r\n1\r\n", store.Client.Pipeline(["GET", held], ["GET", elsewhere], ["GET", free]), "before it and beside it all has run");
        store.Engine.Pause.EndSlots(Paused);
        Assert.AreEqual(":1\r\n:1\r\n:1\r\n$1\r\n1\r\n:2\r\n:2\r\n", client.Poll());
        Assert.AreEqual(":3\r\n", client.Execute("INCR", held), "the session serves as before");
    }

    [TestMethod]
    public async Task So_does_a_command_over_several_shards()
    {
        await using ClusterStore store = Store();
        string key = KeyOn(store, Slot, shard: 0), other = KeyOn(store, Slot, shard: 1);
        InProcessClient client = store.Open();
        BeginBehind(store, () => Assert.IsNull(Begin(client, ["MSET", key, "1", other, "2"])));
        Assert.IsNull(client.Poll());
        Assert.AreEqual("*2\r\n$-1\r\n$-1\r\n", store.Client.Execute("MGET", key, other));
        store.Engine.Pause.EndSlots(Paused);
        Assert.AreEqual("+OK\r\n", client.Poll());
        Assert.AreEqual("*2\r\n$1\r\n1\r\n$1\r\n2\r\n", store.Client.Execute("MGET", key, other));
    }

    [TestMethod]
    [DataRow(false, "*2\r\n+OK\r\n:2\r\n")]
    [DataRow(true, "*-1\r\n")]
    public async Task So_does_a_transaction_with_its_watches(bool isChanged, string reply)
    {
        await using ClusterStore store = Store();
        string key = KeyOn(store, Slot, shard: 0), other = KeyOn(store, Slot, shard: 1), watched = KeyOn(store, Slot, shard: 1, number: 1);
        InProcessClient client = store.Open();
        client.Pipeline(["SET", other, "1"], ["WATCH", watched], ["MULTI"], ["SET", key, "v"], ["INCR", other]);
        BeginBehind(store, () => Assert.IsNull(client.Begin("EXEC")));
        Assert.IsNull(client.Poll());
        store.Engine.Pause.EndSlots(Paused);
        if (isChanged)
            store.Client.Execute("SET", watched, "changed");
        Assert.AreEqual(reply, client.Poll());
        Assert.AreEqual("+OK\r\n", client.Execute("MULTI"));
    }

    [TestMethod]
    public async Task A_command_that_may_wait_for_its_key_waits_for_the_pause_first()
    {
        await using ClusterStore store = Store();
        string key = KeyOn(store, Slot, shard: 0);
        InProcessClient client = store.Open();
        BeginBehind(store, () => Assert.IsNull(client.Begin("BLPOP", key, "0")));
        Assert.IsNull(client.Poll());
        store.Engine.Pause.EndSlots(Paused);
        Assert.IsNull(client.Poll());
        Assert.AreEqual(":1\r\n", store.Client.Execute("RPUSH", key, "v"));
        StringAssert.EndsWith(client.Poll(), "$1\r\nv\r\n", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task When_it_lasts_too_long_they_are_refused_and_so_is_who_comes_until_it_ends()
    {
        await using ClusterStore store = Store();
        string key = KeyOn(store, Slot, shard: 0), other = KeyOn(store, Slot, shard: 1), free = KeyOn(store, OtherSlot, shard: 0);
        InProcessClient client = store.Open(), second = store.Open(), parked = store.Open();
        BeginBehind(store, () =>
        {
            Assert.IsNull(Begin(client, ["INCR", key], ["INCR", free], ["GET", key]));
            Assert.IsNull(second.Begin("MSET", key, "1", other, "1"));
        });
        Assert.IsNull(parked.Begin("INCR", key), "it came when the pause had begun");
        store.Engine.Pause.RefuseSlots(Paused);
        const string TryAgain = "-TRYAGAIN slots of this node are being handed over\r\n";
        Assert.AreEqual(TryAgain + ":1\r\n$-1\r\n", client.Poll());
        Assert.AreEqual(TryAgain, second.Poll());
        Assert.AreEqual(TryAgain, parked.Poll());
        store.Client.Pipeline(["MULTI"], ["INCR", key]);
        Assert.AreEqual(TryAgain, store.Client.Execute("EXEC"));
        Assert.AreEqual(TryAgain, store.Client.Execute("EVAL", "return redis.call('set', KEYS[1], 'x')", "1", key));
        Assert.AreEqual(TryAgain, store.Client.Execute("FLUSHALL"), "it has no slot, and would write to all");
        Assert.AreEqual(":2\r\n", store.Client.Execute("INCR", free));
        Assert.AreEqual("*2\r\n$-1\r\n$-1\r\n", store.Client.Execute("MGET", key, other), "nothing of them was done");
        store.Engine.Pause.EndSlots(Paused);
        Assert.AreEqual(":1\r\n", store.Client.Execute("INCR", key));
        Assert.IsFalse(store.Engine.Pause.IsActive);
    }

    [TestMethod]
    public async Task When_the_slot_has_gone_meanwhile_they_are_sent_after_it()
    {
        await using ClusterStore store = Store();
        string key = KeyOn(store, Slot, shard: 0);
        InProcessClient client = store.Open();
        BeginBehind(store, () => Assert.IsNull(Begin(client, ["INCR", key], ["INCR", key])));
        store.Configure("me 0-99 101-16383; other 100");
        store.Engine.Pause.EndSlots(Paused);
        string moved = $"-MOVED {Slot} 10.0.0.2:7002\r\n";
        Assert.AreEqual(moved + moved, client.Poll());
    }

    [TestMethod]
    public async Task A_stop_refuses_them_and_nothing_of_them_is_done()
    {
        await using ClusterStore store = Store();
        string key = KeyOn(store, Slot, shard: 0), other = KeyOn(store, Slot, shard: 1);
        InProcessClient client = store.Open(), second = store.Open();
        BeginBehind(store, () =>
        {
            Assert.IsNull(Begin(client, ["INCR", key], ["GET", key]));
            Assert.IsNull(second.Begin("MSET", key, "1", other, "1"));
        });
        Assert.IsNull(client.Poll());
        Assert.IsNull(second.Poll());
        client.Session.Release();
        second.Session.Release();
        const string Refusal = "-ERR Server is shutting down\r\n";
        Assert.AreEqual(Refusal + Refusal, client.Poll());
        Assert.AreEqual(Refusal, second.Poll());
        store.Engine.Pause.EndSlots(Paused);
        Assert.AreEqual("*2\r\n$-1\r\n$-1\r\n", store.Client.Execute("MGET", key, other));
    }

    [TestMethod]
    public async Task A_client_that_goes_takes_them_with_it()
    {
        await using ClusterStore store = Store();
        string key = KeyOn(store, Slot, shard: 0);
        InProcessClient client = new(store.Engine);
        BeginBehind(store, () => Assert.IsNull(client.Begin("INCR", key)));
        Assert.IsNull(client.Poll());
        client.Session.Closed();
        store.Engine.Pause.EndSlots(Paused);
        Assert.IsNotNull(client.Poll());
        Assert.IsNotNull(client.ClosedBecause);
        Assert.AreEqual("$-1\r\n", store.Client.Execute("GET", key));
        client.Dispose();
    }

    private static ClusterStore Store()
    {
        ClusterStore store = new(shards: 2);
        store.Configure("me 0-16383");
        return store;
    }

    // What is begun lies before shard 0 when the pause begins.
    private static void BeginBehind(ClusterStore store, Action begin)
    {
        store.Engine.Shards[0].Keep();
        begin();
        store.Engine.Pause.BeginSlots(Paused);
        store.Engine.Shards[0].Free();
        Resumptions.Flush();
    }

    private static string? Begin(InProcessClient client, params string[][] commands)
    {
        foreach (string[] command in commands)
            client.Feed(InProcessClient.Request(Array.ConvertAll(command, Encoding.Latin1.GetBytes)));
        return client.Poll();
    }

    private static string KeyOn(ClusterStore store, int slot, int shard, int number = 0)
    {
        for (int i = number * 1000; ; i++)
        {
            string key = ClusterStore.KeyOf(slot, i);
            if (KeyHash.ShardOf(KeyHash.Of(Encoding.ASCII.GetBytes(key)), store.Engine.Shards.Length) == shard)
                return key;
        }
    }
}
