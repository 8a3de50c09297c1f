using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Pipeline.Cluster;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>The moment in which slots change hands: who waits, who is sent away, and what happens when the answer is lost.</summary>
[TestClass]
public sealed class HandOverTests
{
    private const int MovedSlot = 100;
    private static readonly SlotSet Moving = ServerCluster.Slots(0, 8191);
    private static readonly string Key = ClusterStore.KeyOf(MovedSlot);
    private static readonly string Staying = ClusterStore.KeyOf(9000);

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public async Task Who_waits_for_a_moved_key_is_sent_after_it(int shards)
    {
        await using ServerCluster cluster = new([shards, 2]);
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        InProcessClient waiting = cluster[0].OpenClient();
        InProcessClient other = cluster[0].OpenClient();
        Assert.IsNull(waiting.Begin("BLPOP", Key, "0"));
        Assert.IsNull(other.Begin("BLPOP", Staying, "0"));
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, Moving));
        await cluster[0].UntilAsync("out", "FINISHED");
        string? reply = null;
        await Eventually.IsSoAsync(() => (reply = waiting.Poll()) is not null, () => "it still waits");
        Assert.AreEqual($"-MOVED {MovedSlot} 127.0.0.1:{cluster[1].Port}\r\n", reply);
        Assert.IsNull(other.Poll(), "its slot has stayed");
        Assert.AreEqual(":1\r\n", cluster[0].Client.Execute("LPUSH", Staying, "x"));
        await Eventually.IsSoAsync(() => (reply = other.Poll()) is not null, () => "it was not served");
    }

    [TestMethod]
    public async Task While_slots_are_handed_over_only_writes_to_them_wait()
    {
        await using ServerCluster cluster = new([2, 2]);
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        cluster[0].Client.Execute("SET", Key, "old");
        cluster[0].Client.Execute("SET", Staying, "old");
        // The question is held on its way to the target.
        using SemaphoreSlim asked = new(0);
        cluster[0].Peers.Decides = bytes => IsAck(bytes) ? Hold(cluster[0].Peers, asked) : FaultyPeers.Fate.Passes;
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, Moving));
        Assert.IsTrue(await asked.WaitAsync(TimeSpan.FromSeconds(20)), "no ACK was sent");
        InProcessClient writer = cluster[0].OpenClient();
        Assert.IsNull(writer.Begin("SET", Key, "new"), "a write to a moving slot waits");
        InProcessClient transaction = cluster[0].OpenClient();
        transaction.Execute("MULTI");
        transaction.Execute("INCR", ClusterStore.KeyOf(MovedSlot, 7));
        Assert.IsNull(transaction.Begin("EXEC"), "so does a transaction");
        InProcessClient script = cluster[0].OpenClient();
        Assert.IsNull(script.Begin("EVAL", "return redis.call('set', KEYS[1], 'x')", "1", Key), "and a script");
        Assert.AreEqual("$3\r\nold\r\n", cluster[0].Client.Execute("GET", Key), "reads go on");
        Assert.AreEqual("+OK\r\n", cluster[0].Client.Execute("SET", Staying, "new"), "other slots are not paused");
        cluster[0].Peers.GoOn();
        await cluster[0].UntilAsync("out", "FINISHED");
        string moved = $"-MOVED {MovedSlot} 127.0.0.1:{cluster[1].Port}\r\n";
        foreach (InProcessClient client in (InProcessClient[])[writer, transaction, script])
        {
            string? reply = null;
            await Eventually.IsSoAsync(() => (reply = client.Poll()) is not null, () => "a client was not woken");
            Assert.AreEqual(moved, reply);
        }

        Assert.AreEqual("$3\r\nold\r\n", cluster[1].Client.Execute("GET", Key));
    }

    [TestMethod]
    public async Task While_the_target_catches_up_nobody_waits()
    {
        await using ServerCluster cluster = new([2, 2]);
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        cluster[0].Client.Execute("SET", Key, "old");
        using SemaphoreSlim asked = new(0);
        cluster[0].Peers.Decides = bytes => bytes.Span.IndexOf("\r\nPROBED\r\n"u8) >= 0 ? Hold(cluster[0].Peers, asked) : FaultyPeers.Fate.Passes;
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, Moving));
        Assert.IsTrue(await asked.WaitAsync(TimeSpan.FromSeconds(20)), "no probe was sent");
        Assert.AreEqual("+OK\r\n", cluster[0].Client.Execute("SET", Key, "new"), "writes to the slots go on");
        Assert.AreEqual(MigrationState.Sync, cluster[0].Engine.Cluster!.Migrations.Outgoing[0].Progress.State);
        cluster[0].Peers.Decides = null;
        cluster[0].Peers.GoOn();
        await cluster[0].UntilAsync("out", "FINISHED");
        Assert.AreEqual("$3\r\nnew\r\n", cluster[1].Client.Execute("GET", Key));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task If_the_control_link_breaks_while_the_target_catches_up_the_round_goes_on(bool targetHasHeard)
    {
        await using ServerCluster cluster = new([2, 1]);
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        cluster[0].Client.Execute("SET", Key, "value");
        cluster[0].Peers.Decides = bytes => bytes.Span.IndexOf("\r\nPROBED\r\n"u8) < 0 ? FaultyPeers.Fate.Passes
            : targetHasHeard ? FaultyPeers.Fate.BreaksAfter : FaultyPeers.Fate.BreaksBefore;
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, Moving));
        await cluster[0].UntilAsync("out", "FINISHED");
        Assert.AreEqual(1, cluster[1].Engine.Cluster!.Migrations.Incoming[0].Progress.Round, "the hand-over asks over another connection");
        Assert.AreEqual("$5\r\nvalue\r\n", cluster[1].Client.Execute("GET", Key));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task If_the_answer_is_lost_the_source_asks_again(bool targetHasHeard)
    {
        await using ServerCluster cluster = new([2, 1]);
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        cluster[0].Client.Execute("SET", Key, "value");
        int acks = 0;
        cluster[0].Peers.Decides = bytes => !IsAck(bytes) || Interlocked.Increment(ref acks) > 2 ? FaultyPeers.Fate.Passes
            : targetHasHeard ? FaultyPeers.Fate.BreaksAfter : FaultyPeers.Fate.BreaksBefore;
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, Moving));
        await cluster[0].UntilAsync("out", "FINISHED");
        Assert.AreEqual(3, acks);
        Assert.AreEqual(1, cluster[1].Engine.Cluster!.Migrations.Incoming[0].Progress.Round, "no round was lost with the answer");
        Assert.AreEqual("$5\r\nvalue\r\n", cluster[1].Client.Execute("GET", Key));
        Assert.IsTrue(cluster[0].Client.Execute("GET", Key).StartsWith("-MOVED", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task While_nobody_knows_whose_the_slots_are_no_configuration_gives_them_back()
    {
        await using ServerCluster cluster = new([2, 1], ("migration_finalization_timeout_ms", "50"));
        FaultyPeers peers = await TakenUnheardAsync(cluster);
        // Found by seed 1000 of MigrationFaultTests: a client that comes to the target is served there, and its write was lost when the source was told that the slots are its own.
        Assert.AreEqual("+OK\r\n", cluster[1].Client.Execute("SET", Key, "newer"));
        Assert.AreEqual(
            "-TRYAGAIN slots 0-8191 are being handed over to node1, which has not said yet whether it has them (CONFIG with FORCE does not wait for that)\r\n",
            cluster[0].Client.Execute("DFLYCLUSTER", "CONFIG", cluster.Json([SlotSet.All, SlotSet.Empty])));
        peers.Refuses = false;
        await cluster[0].UntilAsync("out", "FINISHED");
        Assert.DoesNotContain("does not say", cluster[0].Status("out").Error, "what hindered it is over");
        Assert.IsFalse(cluster.TryTakeBack(cluster[0], [SlotSet.All, SlotSet.Empty]));
        cluster.Configure([SlotSet.All.Except(Moving), Moving]);
        Assert.AreEqual($"-MOVED {MovedSlot} 127.0.0.1:{cluster[1].Port}\r\n", cluster[0].Client.Execute("SET", Key, "x"));
        Assert.AreEqual("$5\r\nnewer\r\n", cluster[1].Client.Execute("GET", Key));
    }

    [TestMethod]
    public async Task If_the_target_stays_out_of_reach_nothing_is_written_to_the_slots_and_nobody_waits_forever()
    {
        await using ServerCluster cluster = new([2, 1], ("migration_finalization_timeout_ms", "50"));
        InProcessClient writer = cluster[0].OpenClient();
        await TakenUnheardAsync(cluster);
        string? reply = writer.Begin("SET", Key, "later");
        await Eventually.IsSoAsync(() => (reply ??= writer.Poll()) is not null, () => "the pause has no bound");
        Assert.AreEqual("-TRYAGAIN slots of this node are being handed over\r\n", reply);
        Assert.AreEqual(reply, cluster[0].Client.Execute("SET", Key, "later"));
        Assert.AreEqual(reply, cluster[0].Client.Execute("FLUSHALL"), "it would write to them too");
        Assert.AreEqual("$5\r\nvalue\r\n", cluster[0].Client.Execute("GET", Key), "reads go on");
        Assert.AreEqual("+OK\r\n", cluster[0].Client.Execute("SET", Staying, "x"), "and so do other slots");
        Assert.AreEqual(":0\r\n", cluster[0].Client.Execute("SPUBLISH", Key, "x"), "and messages");
        Assert.AreEqual(("SYNC", true), (cluster[0].Status("out").State, cluster[0].Status("out").Error.Contains("a configuration with FORCE", StringComparison.Ordinal)));
        // The target is given up: what it has taken is given up with it.
        string json = cluster.Json([SlotSet.All, SlotSet.Empty]);
        Assert.AreEqual("-ERR syntax error\r\n", cluster[0].Client.Execute("DFLYCLUSTER", "CONFIG", json, "WHAT"));
        Assert.AreEqual("+OK\r\n", cluster[0].Client.Execute("DFLYCLUSTER", "CONFIG", json, "FORCE"));
        await Eventually.IsSoAsync(() => cluster[0].Client.Execute("SET", Key, "later") == "+OK\r\n", () => "writes to the slots are still refused");
        await cluster[0].IsQuietAsync();
    }

    [TestMethod]
    public async Task A_target_that_has_heard_nothing_says_so_and_the_source_goes_on()
    {
        await using ServerCluster cluster = new([1, 1], ("migration_finalization_timeout_ms", "50"));
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        cluster[0].Client.Execute("SET", Key, "value");
        FaultyPeers peers = cluster[0].Peers;
        BreakAtAck(peers, FaultyPeers.Fate.BreaksBefore);
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, Moving));
        await Eventually.IsSoAsync(() => cluster[0].Status("out").Error.Contains("does not say whether it has the slots", StringComparison.Ordinal), () => $"{cluster[0].Status("out")}");
        peers.Cut();
        peers.Decides = null;
        peers.Refuses = false;
        await cluster[0].UntilAsync("out", "FINISHED");
        Assert.IsTrue(cluster[1].Engine.Cluster!.Migrations.Incoming[0].Progress.Round > 1, "the round in which the flows were lost did not finish");
        Assert.AreEqual("$5\r\nvalue\r\n", cluster[1].Client.Execute("GET", Key));
    }

    // The target has taken the slots, and no word comes from it any more.
    private static async Task<FaultyPeers> TakenUnheardAsync(ServerCluster cluster)
    {
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        cluster[0].Client.Execute("SET", Key, "value");
        FaultyPeers peers = cluster[0].Peers;
        BreakAtAck(peers, FaultyPeers.Fate.BreaksAfter);
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, Moving));
        await cluster[1].UntilAsync("in", "FINISHED");
        peers.Decides = null;
        return peers;
    }

    [TestMethod]
    public async Task A_flow_that_was_given_up_is_not_waited_for_while_writes_wait()
    {
        // Where the flow's end is not seen the answer to ACK is waited for, for as long as this.
        await using ServerCluster cluster = new(
            [1, 1], ("slot_migration_stall_ms", "50"), ("slot_migration_buffer_bytes", "1048576"), ("slot_migration_write_timeout_ms", "600000"), ("migration_finalization_timeout_ms", "600000"));
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        string value = new('v', 4096);
        for (int i = 0; i < 500; i++)
            cluster[0].Client.Execute("SET", $"{Key}{i}", value);
        FaultyPeers peers = cluster[0].Peers;
        int writes = 0;
        peers.Decides = _ =>
        {
            // INIT, FLOW, and then the first keys.
            if (Interlocked.Increment(ref writes) == 3)
                peers.Stall();
            return FaultyPeers.Fate.Passes;
        };
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, Moving));
        await Eventually.IsSoAsync(() => Volatile.Read(ref writes) >= 3, () => $"{cluster[0].Status("out")}");
        InProcessClient writer = cluster[0].OpenClient();
        for (int i = 0; i < 400; i++)
        {
            string? reply = writer.Begin("SET", $"{Key}new{i}", value);
            await Eventually.IsSoAsync(() => (reply ??= writer.Poll()) is not null, () => $"write {i} waits, {cluster[0].Status("out")}");
            Assert.AreEqual("+OK\r\n", reply);
        }

        await Eventually.IsSoAsync(() => cluster[0].Status("out").Error != "0", () => "the round goes on");
        peers.Decides = null;
        peers.GoOn();
        await cluster[0].UntilAsync("out", "FINISHED");
        Assert.AreEqual(900L, cluster[1].Client.Ask("DBSIZE").Integer);
    }

    [TestMethod]
    public void What_was_refused_never_finishes()
    {
        IncomingProgress target = new();
        target.Begin(1);
        target.Opened(1, 0);
        target.Marked(1, 0, 1);
        Assert.IsTrue(target.CanFinish(1));
        Assert.IsTrue(target.Refuse(1));
        Assert.IsTrue(target.HasRefused(1) && !target.HasRefused(2));
        Assert.IsFalse(target.CanFinish(1) || target.TryFinish(1), "its ACK came again, late");
        target.Marked(1, 0, 2);
        Assert.IsTrue(target.TryFinish(2));
        Assert.IsFalse(target.Refuse(2), "it has finished");
    }

    [TestMethod]
    public async Task A_configuration_that_would_lose_what_was_handed_over_is_refused()
    {
        await using ServerCluster cluster = new([1, 1]);
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        cluster[0].Client.Execute("SET", Key, "value");
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, Moving));
        await cluster[0].UntilAsync("out", "FINISHED");
        Assert.AreEqual(
            "-ERR Invalid cluster configuration: slots 0-8191 have been handed over to node1, and this node has their keys no more\r\n",
            cluster[0].Client.Execute("DFLYCLUSTER", "CONFIG", cluster.Json([SlotSet.All, SlotSet.Empty])));
        Assert.AreEqual("$5\r\nvalue\r\n", cluster[1].Client.Execute("GET", Key));
        cluster.Configure([SlotSet.All.Except(Moving), Moving]);
        cluster.Configure([SlotSet.All.Except(Moving), Moving], (1, 0, Moving));
        await cluster[1].UntilAsync("out", "FINISHED");
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        Assert.AreEqual("$5\r\nvalue\r\n", cluster[0].Client.Execute("GET", Key));
    }

    [TestMethod]
    public async Task A_target_that_has_the_slots_does_not_give_them_back_to_who_has_their_keys_no_more()
    {
        await using ServerCluster cluster = new([2, 1, 1]);
        cluster.Configure([SlotSet.All, SlotSet.Empty, SlotSet.Empty]);
        cluster[0].Client.Execute("SET", Key, "value");
        cluster.Configure([SlotSet.All, SlotSet.Empty, SlotSet.Empty], (0, 1, Moving));
        await cluster[1].UntilAsync("in", "FINISHED");
        const string Refused = "-ERR Invalid cluster configuration: slots 0-8191 have been handed over to this node by node0, which has their keys no more (CONFIG with FORCE gives them up)\r\n";
        // Whoever takes the migration back, or sends the slots elsewhere, and asks the target first.
        Assert.AreEqual(Refused, cluster[1].Client.Execute("DFLYCLUSTER", "CONFIG", cluster.Json([SlotSet.All, SlotSet.Empty, SlotSet.Empty])));
        Assert.AreEqual(Refused, cluster[1].Client.Execute("DFLYCLUSTER", "CONFIG", cluster.Json([SlotSet.All, SlotSet.Empty, SlotSet.Empty], (0, 2, Moving))));
        Assert.AreEqual("$5\r\nvalue\r\n", cluster[1].Client.Execute("GET", Key));
        // Known to be its own, they may go wherever a configuration says.
        cluster.Configure([SlotSet.All.Except(Moving), Moving, SlotSet.Empty]);
        cluster.Configure([SlotSet.All.Except(Moving), SlotSet.Empty, Moving]);
        await cluster[1].IsQuietAsync();
        Assert.AreEqual(0L, cluster[1].Client.Ask("DBSIZE").Integer);
    }

    [TestMethod]
    public async Task What_a_target_has_taken_is_given_up_by_force()
    {
        await using ServerCluster cluster = new([1, 1]);
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        cluster[0].Client.Execute("SET", Key, "value");
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, Moving));
        await cluster[1].UntilAsync("in", "FINISHED");
        Assert.AreEqual("+OK\r\n", cluster[1].Client.Execute("DFLYCLUSTER", "CONFIG", cluster.Json([SlotSet.All, SlotSet.Empty]), "FORCE"));
        await cluster[1].IsQuietAsync();
        Assert.AreEqual(0L, cluster[1].Client.Ask("DBSIZE").Integer);
        Assert.IsTrue(cluster[1].Client.Execute("GET", Key).StartsWith("-MOVED", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task The_view_stays_handed_over_when_the_same_configuration_comes_again()
    {
        await using ServerCluster cluster = new([1, 2]);
        cluster.Configure([SlotSet.All, SlotSet.Empty]);
        cluster[0].Client.Execute("SET", Key, "value");
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, Moving));
        await cluster[0].UntilAsync("out", "FINISHED");
        cluster.Configure([SlotSet.All, SlotSet.Empty], (0, 1, Moving));
        Assert.AreEqual("$5\r\nvalue\r\n", cluster[1].Client.Execute("GET", Key));
        Assert.IsTrue(cluster[0].Client.Execute("GET", Key).StartsWith("-MOVED", StringComparison.Ordinal));
        RespValue slots = cluster[1].Client.Ask("CLUSTER", "SLOTS");
        Assert.AreEqual((0L, 8191L, (long)cluster[1].Port), (slots[1][0].Integer, slots[1][1].Integer, slots[1][2][1].Integer));
    }

    // With it the last word has come from the target: no other connection is made.
    private static void BreakAtAck(FaultyPeers peers, FaultyPeers.Fate fate) => peers.Decides = bytes =>
    {
        peers.Refuses |= IsAck(bytes);
        return IsAck(bytes) ? fate : FaultyPeers.Fate.Passes;
    };

    private static bool IsAck(ReadOnlyMemory<byte> bytes) => bytes.Span.IndexOf("\r\nACK\r\n"u8) >= 0;

    private static FaultyPeers.Fate Hold(FaultyPeers peers, SemaphoreSlim asked)
    {
        peers.Stall();
        asked.Release();
        return FaultyPeers.Fate.Passes;
    }
}
