using System.Globalization;
using DragonflyFlow.Pipeline.Migration;
using DragonflyFlow.Tests.Pipeline.Cluster;
using DragonflyFlow.Tests.Support;
using static DragonflyFlow.Tests.Pipeline.Migration.FlowFrames;

namespace DragonflyFlow.Tests.Pipeline.Migration;

/// <summary>The target alone: the test is the source, frame by frame.</summary>
[TestClass]
public sealed class MigrationTargetTests
{
    private const int Slot = 100;
    private const string Config = "other 0-16383 > me 0-8191; me";
    private static readonly string Key = ClusterStore.KeyOf(Slot);

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public async Task Keys_are_seen_by_clients_from_the_hand_over_on(int shards)
    {
        await using ClusterStore store = new(shards);
        store.Configure(Config);
        Assert.IsFalse(store.Node.Migrations.IsReceiving, "no flow has come");
        InProcessClient flow = Open(store, round: 1);
        Send(flow, Frame(Slot, "SET", Key, "value"));
        Assert.IsTrue(store.Node.Migrations.IsReceiving);
        Assert.AreEqual($"-MOVED {Slot} 10.0.0.2:7002\r\n", store.Client.Execute("GET", Key));
        Assert.AreEqual($"-MOVED {Slot} 10.0.0.2:7002\r\n", store.Client.Execute("SET", Key, "intruder"));
        Send(flow, Frame(-1, "DFLYMIGRATE", "MARK", "1"));
        Assert.AreEqual(":1\r\n", store.Open().Execute("DFLYMIGRATE", "ACK", "other", "1", "0", "8191"));
        Assert.IsFalse(store.Node.Migrations.IsReceiving, "all have come");
        Assert.AreEqual("$5\r\nvalue\r\n", store.Client.Execute("GET", Key));
        Send(flow, Frame(Slot, "SET", Key, "late"));
        Assert.AreEqual("$5\r\nvalue\r\n", store.Client.Execute("GET", Key), "what comes behind the hand-over is not applied");
        Assert.IsNotNull(flow.ClosedBecause);
    }

    [TestMethod]
    public async Task Data_behind_a_marker_voids_it()
    {
        await using ClusterStore store = new(2);
        store.Configure(Config);
        InProcessClient flow = Open(store, round: 1);
        Send(flow, [.. Frame(Slot, "SET", Key, "1"), .. Frame(-1, "DFLYMIGRATE", "MARK", "1"), .. Frame(Slot, "INCR", Key)]);
        InProcessClient control = store.Open();
        Assert.IsNull(control.Begin("DFLYMIGRATE", "ACK", "other", "1", "0", "8191"), "the flow is behind its marker");
        Send(flow, Frame(-1, "DFLYMIGRATE", "MARK", "1"));
        string? reply = null;
        await Eventually.IsSoAsync(() => (reply = control.Poll()) is not null, () => "no answer");
        Assert.AreEqual(":1\r\n", reply);
        Assert.AreEqual("$1\r\n2\r\n", store.Client.Execute("GET", Key));
    }

    [TestMethod]
    public async Task What_was_refused_is_refused_again_at_once_and_what_is_of_other_slots_is_unknown()
    {
        await using ClusterStore store = new(2);
        store.Configure(Config);
        InProcessClient flow = Open(store, round: 1);
        Assert.IsTrue(store.Node.Migrations.Incoming[0].Progress.Refuse(1));
        Assert.AreEqual("-ATTEMPT_REFUSED it was refused before\r\n", store.Open().Execute("DFLYMIGRATE", "ACK", "other", "1", "0", "8191"));
        Assert.AreEqual("+UNKNOWN_MIGRATION\r\n", store.Open().Execute("DFLYMIGRATE", "ACK", "other", "2", "0", "8190"));
        Send(flow, Frame(-1, "DFLYMIGRATE", "MARK", "2"));
        Assert.AreEqual(":2\r\n", store.Open().Execute("DFLYMIGRATE", "ACK", "other", "2", "0", "8191"));
    }

    [TestMethod]
    public async Task A_probe_is_answered_when_all_that_went_ahead_of_it_is_applied()
    {
        await using ClusterStore store = new(2);
        store.Configure(Config);
        InProcessClient flow = Open(store, round: 1);
        InProcessClient control = store.Open();
        Assert.IsNull(control.Begin("DFLYMIGRATE", "PROBED", "other", "1"), "no probe has come");
        Send(flow, [.. Frame(Slot, "SET", Key, "1"), .. Frame(-1, "DFLYMIGRATE", "PROBE", "1"), .. Frame(Slot, "INCR", Key)]);
        string? reply = null;
        await Eventually.IsSoAsync(() => (reply = control.Poll()) is not null, () => "no answer");
        Assert.AreEqual(":1\r\n", reply, "what follows a probe does not void it");
        Assert.AreEqual(":1\r\n", store.Open().Execute("DFLYMIGRATE", "PROBED", "other", "1"), "it has come already");
        Assert.IsNull(control.Begin("DFLYMIGRATE", "PROBED", "other", "2"));
        Assert.AreEqual($"-MOVED {Slot} 10.0.0.2:7002\r\n", store.Client.Execute("GET", Key), "a probe hands over nothing");
        flow.Dispose();
        await Eventually.IsSoAsync(() => (reply = control.Poll()) is not null, () => "no answer");
        Assert.AreEqual("-ERR the migration is ERROR\r\n", reply, "the flow has gone");
    }

    [TestMethod]
    public async Task A_round_begins_with_empty_slots_and_flows_of_an_earlier_one_are_refused()
    {
        await using ClusterStore store = new(3);
        store.Configure(Config);
        InProcessClient old = Open(store, round: 1);
        for (int i = 0; i < 100; i++)
            Send(old, Frame(Slot, "SET", ClusterStore.KeyOf(Slot, i), "stale"));
        InProcessClient control = store.Open();
        string? reply = control.Begin("DFLYMIGRATE", "INIT", "other", "1", "0", "8191");
        Assert.IsNull(reply, "the old flow is there still");
        await Eventually.IsSoAsync(() => old.ClosedBecause is not null, () => "the old flow is not closed");
        old.Dispose();
        await Eventually.IsSoAsync(() => (reply = control.Poll()) is not null, () => "no answer");
        Assert.AreEqual(":2\r\n", reply);
        Assert.AreEqual(":0\r\n", store.Client.Execute("DBSIZE"));
        Assert.AreEqual("-ERR the flow is not expected\r\n", control.Execute("DFLYMIGRATE", "FLOW", "other", "0", "1"));
        Assert.AreEqual("+OK\r\n", store.Open().Execute("DFLYMIGRATE", "FLOW", "other", "0", "2"));
    }

    [TestMethod]
    [DataRow("a slot that is not moved")]
    [DataRow("an error")]
    [DataRow("a damaged frame")]
    [DataRow("a command on all keys")]
    public async Task What_cannot_be_applied_ends_the_round_and_nothing_of_it_stays(string what)
    {
        await using ClusterStore store = new(2);
        store.Configure(Config);
        InProcessClient flow = Open(store, round: 1);
        Send(flow, Frame(Slot, "SET", Key, "value"));
        Send(flow, what switch
        {
            "a slot that is not moved" => Frame(9000, "SET", ClusterStore.KeyOf(9000), "x"),
            "an error" => Frame(Slot, "LPUSH", Key, "x"),
            "a damaged frame" => [0, 0, 0, 3, 1, 2, 3],
            _ => Frame(-1, "FLUSHALL"),
        });
        Assert.IsNotNull(flow.ClosedBecause, "the flow goes on");
        flow.Dispose();
        IncomingProgress progress = store.Node.Migrations.From("other")!.Progress;
        await Eventually.IsSoAsync(() => progress.State == MigrationState.Error && store.Client.Execute("DBSIZE") == ":0\r\n", () => $"{progress.State}: {progress.LastError}");
        Assert.AreEqual("-ATTEMPT_REFUSED the migration is ERROR at the target: " + progress.LastError + "\r\n", store.Open().Execute("DFLYMIGRATE", "ACK", "other", "1", "0", "8191"));
    }

    [TestMethod]
    public async Task When_a_key_expires_is_the_sources_to_say_until_the_slots_are_ours()
    {
        await using ClusterStore store = new(2);
        store.Configure(Config);
        InProcessClient flow = Open(store, round: 1);
        string[] keys = [.. Enumerable.Range(0, 40).Select(i => ClusterStore.KeyOf(Slot, i))];
        string soon = (store.Engine.NowMs() + 20).ToString(CultureInfo.InvariantCulture);
        string past = (store.Engine.NowMs() - 20).ToString(CultureInfo.InvariantCulture);
        foreach (string key in keys)
            Send(flow, Frame(Slot, "SET", key, "5", "PXAT", key == keys[0] ? past : soon));
        // The store's own expiry would have come by several times.
        await Task.Delay(300);
        Send(flow, Frame(Slot, "PERSIST", keys[0]));
        Send(flow, Frame(Slot, "PEXPIREAT", keys[1], (store.Engine.NowMs() + 1_000_000).ToString(CultureInfo.InvariantCulture)));
        Send(flow, Frame(Slot, "INCR", keys[2]));
        Send(flow, Frame(Slot, "PERSIST", keys[2]));
        Send(flow, Frame(-1, "DFLYMIGRATE", "MARK", "1"));
        Assert.AreEqual(":1\r\n", store.Open().Execute("DFLYMIGRATE", "ACK", "other", "1", "0", "8191"));
        Assert.AreEqual("$1\r\n5\r\n", store.Client.Execute("GET", keys[0]));
        Assert.AreEqual("$1\r\n5\r\n", store.Client.Execute("GET", keys[1]));
        Assert.AreEqual("$1\r\n6\r\n", store.Client.Execute("GET", keys[2]));
        Assert.AreEqual("$-1\r\n", store.Client.Execute("GET", keys[3]), "from now on they expire here");
    }

    [TestMethod]
    public async Task When_a_field_expires_is_the_sources_to_say_too()
    {
        await using ClusterStore store = new(2);
        store.Configure(Config);
        InProcessClient flow = Open(store, round: 1);
        string[] keys = [.. Enumerable.Range(0, 10).Select(i => ClusterStore.KeyOf(Slot, i))];
        string soon = (store.Engine.NowMs() + 20).ToString(CultureInfo.InvariantCulture);
        string past = (store.Engine.NowMs() - 20).ToString(CultureInfo.InvariantCulture);
        foreach (string key in keys)
        {
            Send(flow, Frame(Slot, "HSET", key, "a", "1", "b", "2"));
            Send(flow, Frame(Slot, "HPEXPIREAT", key, key == keys[0] ? past : soon, "FIELDS", "2", "a", "b"));
        }

        // The store's own expiry would have come by several times.
        await Task.Delay(300);
        Send(flow, Frame(Slot, "HPERSIST", keys[0], "FIELDS", "2", "a", "b"));
        Send(flow, Frame(Slot, "HINCRBY", keys[1], "a", "5"));
        Send(flow, Frame(Slot, "HPERSIST", keys[1], "FIELDS", "2", "a", "b"));
        Send(flow, Frame(Slot, "HDEL", keys[2], "a"));
        Send(flow, Frame(Slot, "HPERSIST", keys[2], "FIELDS", "1", "b"));
        Send(flow, Frame(-1, "DFLYMIGRATE", "MARK", "1"));
        Assert.AreEqual(":1\r\n", store.Open().Execute("DFLYMIGRATE", "ACK", "other", "1", "0", "8191"));
        Assert.AreEqual("*2\r\n$1\r\n1\r\n$1\r\n2\r\n", store.Client.Execute("HMGET", keys[0], "a", "b"));
        Assert.AreEqual("*2\r\n$1\r\n6\r\n$1\r\n2\r\n", store.Client.Execute("HMGET", keys[1], "a", "b"));
        Assert.AreEqual("*2\r\n$-1\r\n$1\r\n2\r\n", store.Client.Execute("HMGET", keys[2], "a", "b"));
        Assert.AreEqual("*2\r\n$-1\r\n$-1\r\n", store.Client.Execute("HMGET", keys[3], "a", "b"), "from now on they expire here");
    }

    [TestMethod]
    [DataRow("FLUSHALL")]
    [DataRow("FLUSHDB")]
    [DataRow("DFLYCLUSTER FLUSHSLOTS 50 150")]
    public async Task What_has_come_is_not_lost_behind_the_sources_back(string flush)
    {
        await using ClusterStore store = new(2);
        store.Configure(Config);
        InProcessClient flow = Open(store, round: 1);
        Send(flow, Frame(Slot, "SET", Key, "value"));
        Assert.AreEqual("+OK\r\n", store.Client.Execute(flush.Split(' ')));
        IncomingProgress progress = store.Node.Migrations.From("other")!.Progress;
        Assert.AreEqual(MigrationState.Error, progress.State, "the round goes on without the key");
        Assert.AreEqual($"{flush.Split(' ').First(word => word.StartsWith("FLUSH", StringComparison.Ordinal))} came between", progress.LastError);
        await Eventually.IsSoAsync(() => flow.ClosedBecause is not null, () => "the flow goes on");
        flow.Dispose();
        Assert.AreEqual($"-ATTEMPT_REFUSED the migration is ERROR at the target: {progress.LastError}\r\n", store.Open().Execute("DFLYMIGRATE", "ACK", "other", "1", "0", "8191"));
        Assert.AreEqual(":2\r\n", await Asked(store.Open(), "DFLYMIGRATE", "INIT", "other", "1", "0", "8191"));
    }

    [TestMethod]
    [DataRow("allkeys-lru")]
    [DataRow("volatile-lru")]
    public async Task What_has_come_is_not_evicted(string policy)
    {
        await using ClusterStore store = new(1);
        store.Configure("other 0-8191 > me 0-8191; me 8192-16383");
        string own = ClusterStore.KeyOf(9000);
        for (int i = 0; i < 200; i++)
            Assert.AreEqual("+OK\r\n", store.Client.Execute("SET", $"{own}{i}", new string('o', 1000), "EX", "1000"));
        store.Client.Execute("CONFIG", "SET", "maxmemory-policy", policy);
        store.Client.Execute("CONFIG", "SET", "maxmemory", (store.Engine.Shards[0].Keyspace.MemoryBytes + 100_000).ToString(CultureInfo.InvariantCulture));
        InProcessClient flow = Open(store, round: 1);
        IncomingProgress progress = store.Node.Migrations.From("other")!.Progress;
        string tag = Key[..^1];
        int sent = 0;
        for (; sent < 2000 && progress.State != MigrationState.Fatal; sent++)
            Send(flow, Frame(Slot, "SET", $"{tag}{sent}", new string('v', 1000), "PXAT", "99999999999999"));
        Assert.AreEqual(MigrationState.Fatal, progress.State, "its own keys make room, those that have come do not");
        Assert.IsTrue(store.Engine.Shards[0].Keyspace.Stats.Evicted is > 150 and <= 200, $"{store.Engine.Shards[0].Keyspace.Stats.Evicted} evicted");
        Assert.IsTrue(sent > 200, $"{sent} keys found room");
    }

    // A connection that carries flow 0 of the one that the source has.
    private static InProcessClient Open(ClusterStore store, int round)
    {
        InProcessClient control = store.Open();
        Assert.AreEqual($":{round}\r\n", control.Execute("DFLYMIGRATE", "INIT", "other", "1", "0", "8191"));
        InProcessClient flow = store.Open();
        Assert.AreEqual("+OK\r\n", flow.Execute("DFLYMIGRATE", "FLOW", "other", "0", round.ToString(CultureInfo.InvariantCulture)));
        return flow;
    }

    private static async Task<string> Asked(InProcessClient client, params string[] words)
    {
        string? reply = client.Begin(words);
        await Eventually.IsSoAsync(() => (reply ??= client.Poll()) is not null, () => $"no answer to {string.Join(' ', words)}");
        return reply!;
    }

    private static void Send(InProcessClient flow, byte[] frames) => Assert.AreEqual(0, flow.Send(frames).Length, "a flow has no replies");
}
