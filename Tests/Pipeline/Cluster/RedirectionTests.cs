using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Cluster;

/// <summary>Where a command is sent: beside a real cluster of redis-servers, and when slots leave while clients use them.</summary>
[TestClass]
public sealed class RedirectionTests
{
    // Slots: hello 866, bar 5061, {bar}x 5061 are the node's; foo 12182, x 16287 are the other's.
    private const string Lines = """
        SET bar 1
        GET bar
        SET foo 1
        GET foo
        GET
        NOSUCH foo
        MGET bar {bar}x
        MGET bar hello
        MGET foo x
        MGET bar foo
        MSET bar 1 {bar}x 2
        MSET bar 1 foo 2
        DEL bar foo
        RENAME {bar}x bar
        RENAME bar hello
        TTL bar
        SELECT 0
        SELECT 1
        SELECT x
        MOVE bar 1
        SWAPDB 0 1
        COPY bar {bar}y DB 1
        COPY bar {bar}y
        SORT {bar}l BY w* GET #
        SORT {bar}l BY nosort
        SORT {bar}l GET #
        PING
        ECHO foo
        EVAL return{1} 0
        EVAL return{KEYS[1]} 1 bar
        EVAL return{KEYS[1]} 1 foo
        EVAL return{1} 2 bar foo
        EVAL return{1} 2 bar hello
        EVAL return(redis.call('get','bar')) 1 bar
        EVAL return(redis.call('get','bar')) 0
        EVAL return(redis.call('get','foo')) 0
        EVAL return(redis.call('get','foo')) 1 bar
        EVAL return(redis.call('get','hello')) 1 bar
        EVAL return(redis.call('mget','bar','hello')) 1 bar
        EVAL redis.call('get','bar')return(redis.call('get','hello')) 0
        EVALSHA ffffffffffffffffffffffffffffffffffffffff 1 foo
        MULTI
        SET bar 1
        GET {bar}x
        EXEC
        MULTI
        SET bar 1
        GET hello
        EXEC
        MULTI
        SET bar 1
        GET foo
        SET bar 2
        EXEC
        GET bar
        MULTI
        MGET bar hello
        EXEC
        MULTI
        PING
        EXEC
        EXEC
        WATCH bar {bar}x
        WATCH foo
        WATCH bar hello
        UNWATCH
        BLPOP foo 0
        BLPOP bar foo 0
        BLPOP {bar}nothing 0.01
        XYZZY
        SPUBLISH bar hello
        SPUBLISH foo hello
        SSUBSCRIBE foo
        SSUBSCRIBE bar hello
        SSUBSCRIBE bar {bar}x
        SUNSUBSCRIBE foo
        SUNSUBSCRIBE bar {bar}x
        SUNSUBSCRIBE
        READONLY
        GET foo
        READWRITE
        CLUSTER KEYSLOT foo
        CLUSTER KEYSLOT {bar}y
        CLUSTER COUNTKEYSINSLOT 5061
        CLUSTER GETKEYSINSLOT 5061 0
        CLUSTER COUNTKEYSINSLOT x
        CLUSTER GETKEYSINSLOT 16384 1
        CLUSTER WHAT
        """;

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public async Task Redirections_are_those_of_a_cluster_of_redis(int shards)
    {
        await using RedisServerPeer first = await StartNodeAsync();
        await using RedisServerPeer second = await StartNodeAsync();
        await using ClusterStore store = new(shards);
        foreach (string line in (string[])["GET bar", "MGET bar foo", "EVAL return{1} 1 bar"])
            Assert.AreEqual(await AskAsync(first, line), store.Client.Line(line), line);

        await ClusterAsync(first, second);
        string config = ClusterStore.Json("me 0-8191; other 8192-16383", otherIp: "127.0.0.1", otherPort: second.EndPoint.Port);
        Assert.AreEqual("+OK\r\n", store.Client.Execute("DFLYCLUSTER", "CONFIG", config));
        using Socket redis = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await redis.ConnectAsync(first.EndPoint);
        List<string> differences = [];
        foreach (string line in Lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string theirs = await AskAsync(redis, line);
            string ours = store.Client.Line(line);
            if (theirs != ours)
                differences.Add($"{line}\n  redis {theirs}\n  ours  {ours}");
        }

        Assert.AreEqual("", string.Join('\n', differences));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(8)]
    public async Task Who_waits_for_a_key_of_a_slot_that_leaves_is_sent_after_it(int shards)
    {
        await using ClusterStore store = new(shards);
        store.Configure("me 0-16383");
        InProcessClient leaving = store.Open();
        InProcessClient several = store.Open();
        InProcessClient staying = store.Open();
        Assert.IsNull(leaving.Begin("BLPOP", "foo", "0"));
        Assert.IsNull(several.Begin("BLMOVE", "{foo}1", "{foo}2", "LEFT", "LEFT", "0"));
        Assert.IsNull(staying.Begin("BLPOP", "bar", "0"));
        store.Configure("me 0-8191; other 8192-16383");
        Assert.AreEqual("-MOVED 12182 10.0.0.2:7002\r\n", leaving.Poll());
        Assert.AreEqual("-MOVED 12182 10.0.0.2:7002\r\n", several.Poll());
        Assert.IsNull(staying.Poll());
        store.Client.Line("RPUSH bar v");
        Assert.AreEqual("*2\r\n$3\r\nbar\r\n$1\r\nv\r\n", staying.Poll());
        Assert.AreEqual(0, store.Engine.BlockedClients.Count);
    }

    [TestMethod]
    public async Task Shard_channels_of_slots_that_leave_are_ended_and_their_clients_told()
    {
        await using ClusterStore store = new();
        store.Configure("me 0-16383");
        InProcessClient two = store.Open();
        InProcessClient three = store.Open();
        two.Line("SSUBSCRIBE foo {foo}2");
        two.Line("SSUBSCRIBE bar");
        three.Line("HELLO 3");
        three.Line("SSUBSCRIBE foo");
        Assert.AreEqual(":2\r\n", store.Client.Line("SPUBLISH foo x"));
        two.Receive();
        three.Receive();
        store.Configure("me 0-8191; other 8192-16383");
        string told = two.Receive();
        StringAssert.Contains(told, "*3\r\n$12\r\nsunsubscribe\r\n$3\r\nfoo\r\n");
        StringAssert.Contains(told, "*3\r\n$12\r\nsunsubscribe\r\n$6\r\n{foo}2\r\n");
        StringAssert.EndsWith(told, ":1\r\n");
        Assert.AreEqual(">3\r\n$12\r\nsunsubscribe\r\n$3\r\nfoo\r\n:0\r\n", three.Receive());
        Assert.AreEqual("-MOVED 12182 10.0.0.2:7002\r\n", store.Client.Line("SPUBLISH foo x"));
        Assert.AreEqual(":1\r\n", store.Client.Line("SPUBLISH bar x"));
        Assert.AreEqual("*1\r\n$3\r\nbar\r\n", store.Client.Line("PUBSUB SHARDCHANNELS"));
        Assert.AreEqual("-MOVED 12182 10.0.0.2:7002\r\n", three.Line("SSUBSCRIBE foo"));
        store.Configure("me 0-16383");
        Assert.AreEqual(">3\r\n$10\r\nssubscribe\r\n$3\r\nfoo\r\n:1\r\n", three.Line("SSUBSCRIBE foo"));
        StringAssert.StartsWith(store.Client.Line("PUBLISH foo x"), "-ERR PUBLISH is not supported in cluster mode");
    }

    [TestMethod]
    public async Task A_replica_answers_reads_of_clients_that_said_they_want_that()
    {
        await using ClusterStore store = new();
        const string Json = """
            [{"slot_ranges":[{"start":0,"end":8191}],"master":{"id":"m","ip":"h1","port":1},"replicas":[{"id":"me","ip":"h2","port":2}]},
             {"slot_ranges":[{"start":8192,"end":16383}],"master":{"id":"b","ip":"h5","port":5}}]
            """;
        Assert.AreEqual("+OK\r\n", store.Client.Execute("DFLYCLUSTER", "CONFIG", Json));
        Assert.AreEqual("-MOVED 5061 h1:1\r\n", store.Client.Line("GET bar"));
        store.Client.Line("READONLY");
        Assert.AreEqual("$-1\r\n", store.Client.Line("GET bar"));
        Assert.AreEqual("-MOVED 5061 h1:1\r\n", store.Client.Line("SET bar 1"));
        Assert.AreEqual("-MOVED 12182 h5:5\r\n", store.Client.Line("GET foo"));
        Assert.AreEqual("+OK\r\n+QUEUED\r\n*1\r\n$-1\r\n", store.Client.Pipeline(["MULTI"], ["GET", "bar"], ["EXEC"]));
        store.Client.Line("READWRITE");
        Assert.AreEqual("-MOVED 5061 h1:1\r\n", store.Client.Line("GET bar"));
        store.Client.Line("READONLY");
        store.Client.Line("RESET");
        Assert.AreEqual("-MOVED 5061 h1:1\r\n", store.Client.Line("GET bar"));
    }

    // What was routed before a configuration and runs behind it is refused on the shard: else it would write into a slot that has left.
    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public async Task A_command_on_its_way_when_its_slot_leaves_is_not_run(int shards)
    {
        await using ClusterStore store = new(shards);
        store.Configure("me 0-16383");
        InProcessClient writer = store.Open();
        InProcessClient executor = store.Open();
        executor.Pipeline(["WATCH", "foo"], ["MULTI"], ["SET", "foo", "1"]);
        using ManualResetEventSlim entered = new();
        using ManualResetEventSlim leave = new();
        Task blocked = Task.Factory.StartNew(
            () => store.Engine.PostToShards(_ =>
            {
                entered.Set();
                leave.Wait();
            }),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        entered.Wait();
        // Queued in this order behind the shard that is held: the configuration, then what was routed before it took effect.
        string? configured = store.Client.Begin("DFLYCLUSTER", "CONFIG", ClusterStore.Json("me; other 0-16383"));
        string? written = writer.Begin("SET", "foo", "1");
        string? executed = executor.Begin("EXEC");
        leave.Set();
        await blocked;
        Assert.AreEqual("+OK\r\n", configured ?? Await(store.Client));
        const string Moved = "-MOVED 12182 10.0.0.2:7002\r\n";
        if (shards == 1)
        {
            Assert.AreEqual(Moved, written ?? Await(writer));
            Assert.AreEqual(Moved, executed ?? Await(executor));
            Assert.AreEqual(":0\r\n", store.Client.Line("DBSIZE"));
        }
        else
        {
            written ??= Await(writer);
            Assert.IsTrue(written is Moved or "+OK\r\n", written);
            executed ??= Await(executor);
            Assert.IsTrue(executed is Moved or "*1\r\n+OK\r\n" or "*-1\r\n", executed);
        }

        await store.Node.Flushes.WhenEndedAsync();
        Assert.AreEqual(":0\r\n", store.Client.Line("DBSIZE"));
        Assert.IsTrue(Array.TrueForAll(store.Engine.Shards, shard => shard.Watches is null), "the watch of the refused EXEC has ended");
    }

    [TestMethod]
    public async Task A_command_over_several_shards_that_comes_too_late_is_sent_on_though_memory_is_used_up()
    {
        await using ClusterStore store = new(shards: 3);
        store.Configure("me 0-16383");
        string[] keys = [.. Enumerable.Range(0, 3).Select(shard => store.Engine.KeyOn(shard, "{foo}"))];
        InProcessClient writer = store.Open();
        writer.Line("SET {foo}filler value");
        writer.Line("CONFIG SET maxmemory 1");
        using ManualResetEventSlim entered = new();
        using ManualResetEventSlim leave = new();
        Task blocked = Task.Factory.StartNew(
            () => store.Engine.PostToShards(_ =>
            {
                entered.Set();
                leave.Wait();
            }),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        entered.Wait();
        // Both begin at the first shard, in this order.
        string? configured = store.Client.Begin("DFLYCLUSTER", "CONFIG", ClusterStore.Json("me; other 0-16383"));
        string? written = writer.Begin("MSET", keys[0], "1", keys[1], "2", keys[2], "3");
        leave.Set();
        await blocked;
        Assert.AreEqual("+OK\r\n", configured ?? Await(store.Client));
        Assert.AreEqual("-MOVED 12182 10.0.0.2:7002\r\n", written ?? Await(writer));
    }

    private static string Await(InProcessClient client)
    {
        string? reply = null;
        Assert.IsTrue(SpinWait.SpinUntil(() => (reply = client.Poll()) is not null, TimeSpan.FromSeconds(30)), "no reply");
        return reply!;
    }

    private static Task<RedisServerPeer> StartNodeAsync()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int bus = ((IPEndPoint)probe.LocalEndPoint!).Port;
        return Peers.StartRedisAsync("--cluster-enabled", "yes", "--cluster-port", bus.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task ClusterAsync(RedisServerPeer first, RedisServerPeer second)
    {
        await AskAsync(first, "CLUSTER ADDSLOTSRANGE 0 8191");
        await AskAsync(second, "CLUSTER ADDSLOTSRANGE 8192 16383");
        string nodes = await AskAsync(second, "CLUSTER NODES");
        string bus = nodes.Split('@')[1].Split(' ', ',')[0];
        await AskAsync(first, $"CLUSTER MEET 127.0.0.1 {second.EndPoint.Port} {bus}");
        Assert.IsTrue(await EventuallyAsync(async () => (await AskAsync(first, "GET foo")).StartsWith("-MOVED", StringComparison.Ordinal)
            && (await AskAsync(first, "GET bar")).StartsWith('$')), "the two redis-servers did not become a cluster");
    }

    private static async Task<bool> EventuallyAsync(Func<Task<bool>> isSo)
    {
        for (int i = 0; i < 600; i++)
        {
            if (await isSo())
                return true;
            await Task.Delay(50);
        }

        return false;
    }

    private static async Task<string> AskAsync(RedisServerPeer peer, string line)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(peer.EndPoint);
        return await AskAsync(socket, line);
    }

    private static async Task<string> AskAsync(Socket socket, string line)
    {
        await socket.SendAsync(InProcessClient.Request(Array.ConvertAll(line.Split(' '), System.Text.Encoding.Latin1.GetBytes)));
        byte[] buffer = new byte[65536];
        int length = 0;
        int parts = line.Contains("SUBSCRIBE bar {", StringComparison.Ordinal) ? 2 : 1;
        while (true)
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(length));
            Assert.AreNotEqual(0, count, line);
            length += count;
            int at = 0;
            int whole = 0;
            while (RespValue.TryRead(buffer.AsSpan(at, length - at), out _, out int used))
            {
                at += used;
                whole++;
            }

            if (whole >= parts)
                return System.Text.Encoding.Latin1.GetString(buffer, 0, length);
        }
    }
}
