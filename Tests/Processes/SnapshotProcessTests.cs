using System.Globalization;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Protocol.Client;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Tests.Protocol.Server.Hosting;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Processes;

/// <summary>Snapshots of the built server: beside redis-server, across stops, and across kill -9.</summary>
[TestClass]
public sealed class SnapshotProcessTests
{
    private const string RoundsVariable = "DFLOW_KILL_ROUNDS";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private string _directory = "";

    [TestInitialize]
    public void MakeDirectory() => _directory = Directory.CreateTempSubdirectory("dflow-snapshots").FullName;

    [TestCleanup]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [TestMethod]
    public async Task What_is_stopped_is_there_again_and_redis_server_loads_the_same_file()
    {
        string redisServer = Peers.RequireProgram("redis-server");
        string digest;
        using (ServerUnderTest server = Start("3"))
        {
            await using RespClient client = await RespClient.ConnectAsync(server.EndPoint);
            await FillAsync(client);
            digest = await DigestAsync(client);
            server.Signal("TERM");
            Assert.AreEqual(0, server.AwaitExit());
        }

        using (ServerUnderTest server = Start("2"))
        {
            await using RespClient client = await RespClient.ConnectAsync(server.EndPoint);
            Assert.AreEqual(digest, await DigestAsync(client));
            await client.ExecuteAsync("SET", "more", "data").WaitAsync(Patience);
            Assert.AreEqual("OK", (await client.ExecuteAsync("SAVE", "RDB", "second.rdb").WaitAsync(Patience)).Text);
            digest = await DigestAsync(client);
        }

        await using RedisServerPeer redis = await RedisServerPeer.StartAsync(redisServer, "--dir", _directory, "--dbfilename", "second.rdb", "--enable-debug-command", "yes");
        await using RespClient other = await RespClient.ConnectAsync(redis.EndPoint);
        Assert.AreEqual(digest, await DigestAsync(other));
    }

    [TestMethod]
    public async Task A_start_knows_how_the_process_before_it_stopped_and_that_a_killed_one_did_not()
    {
        using (ServerUnderTest first = Start("2"))
        {
            Assert.AreEqual("none", await LastStopAsync(first));
            first.Signal("TERM");
            Assert.AreEqual(0, first.AwaitExit());
        }

        using (ServerUnderTest second = Start("2"))
        {
            StopReport report = StopReport.FromJson(await LastStopAsync(second));
            Assert.AreEqual((StopVerdict.Clean, 0), (report.Verdict, report.LiveBlocks));
            CollectionAssert.Contains(report.Stages.Select(stage => stage.Stage).ToArray(), Stage.Memory);
            second.Signal("KILL");
            Assert.AreNotEqual(0, second.AwaitExit());
        }

        using ServerUnderTest third = Start("2");
        Assert.AreEqual("none", await LastStopAsync(third), "what the first one left is not taken for the second's");
    }

    private static async Task<string> LastStopAsync(ServerUnderTest server)
    {
        await using RespClient client = await RespClient.ConnectAsync(server.EndPoint);
        string info = (await client.ExecuteAsync("INFO", "flow").WaitAsync(Patience)).Text;
        return info.Split("\r\n").Single(line => line.StartsWith("last_stop:", StringComparison.Ordinal))["last_stop:".Length..];
    }

    [TestMethod]
    public async Task What_redis_server_saves_is_loaded()
    {
        string redisServer = Peers.RequireProgram("redis-server");
        string digest;
        await using (RedisServerPeer redis = await RedisServerPeer.StartAsync(redisServer, "--dir", _directory, "--dbfilename", "dump.rdb", "--enable-debug-command", "yes"))
        {
            await using RespClient client = await RespClient.ConnectAsync(redis.EndPoint);
            await FillAsync(client);
            Assert.AreEqual("OK", (await client.ExecuteAsync("SAVE").WaitAsync(Patience)).Text);
            digest = await DigestAsync(client);
        }

        using ServerUnderTest server = Start("2");
        await using RespClient ours = await RespClient.ConnectAsync(server.EndPoint);
        Assert.AreEqual(digest, await DigestAsync(ours));
    }

    [TestMethod]
    public void A_file_that_cannot_be_loaded_ends_the_start_and_is_not_touched()
    {
        string path = Path.Combine(_directory, "dump.rdb");
        File.WriteAllText(path, "REDIS0010 this is no snapshot");
        using ServerUnderTest server = new("--port", "0", "--bind", "127.0.0.1", "--dir", _directory);
        Assert.AreEqual(1, server.AwaitExit());
        StringAssert.Contains(server.AwaitLine("the snapshot cannot be loaded"), path);
        Assert.AreEqual("REDIS0010 this is no snapshot", File.ReadAllText(path));
    }

    /// <summary>Each round writes one number everywhere, saves in the one format or the other, and is killed at a random moment: what loads is one that was whole.</summary>
    [TestMethod]
    public async Task After_a_kill_at_any_moment_the_last_or_the_new_snapshot_loads_and_never_a_mixture()
    {
        int rounds = int.Parse(Environment.GetEnvironmentVariable(RoundsVariable) ?? "8", CultureInfo.InvariantCulture);
        Random random = new(5);
        int momentsMs = 4 * await FirstSaveMsAsync() / 3;
        string saved = "0";
        int answered = 0;
        int published = 0;
        for (int round = 1; round <= rounds; round++)
        {
            using ServerUnderTest server = Start(round % 3 == 0 ? "3" : "2", round % 2 == 0 ? "yes" : "no");
            await using RespClient client = await RespClient.ConnectAsync(server.EndPoint);
            string found = await OneNumberAsync(client, round);
            Assert.IsTrue(found == saved || found == (round - 1).ToString(CultureInfo.InvariantCulture), $"round {round}: {found} after {saved} was saved");
            published += found == saved ? 0 : 1;
            string number = round.ToString(CultureInfo.InvariantCulture);
            await WriteOneNumberAsync(client, number);
            Task<RespValue> save = client.ExecuteAsync("SAVE");
            await Task.Delay(random.Next(momentsMs));
            answered += save.IsCompletedSuccessfully ? 1 : 0;
            saved = save.IsCompletedSuccessfully ? number : found;
            server.Signal("KILL");
            Assert.AreNotEqual(0, server.AwaitExit());
        }

        Console.WriteLine($"{rounds} kills, {answered} after the reply of SAVE, {rounds - answered} before it; {published} of those had been published");
        Assert.IsTrue(rounds < 50 || (answered > 0 && answered < rounds), "the moments are not spread");
    }

    // What the moments are drawn from: a process compiles much of what its first save runs.
    private async Task<int> FirstSaveMsAsync()
    {
        using ServerUnderTest server = Start("2");
        await using RespClient client = await RespClient.ConnectAsync(server.EndPoint);
        await WriteOneNumberAsync(client, "0");
        long began = TimeProvider.System.GetTimestamp();
        Assert.AreEqual("OK", (await client.ExecuteAsync("SAVE").WaitAsync(Patience)).Text);
        return (int)TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
    }

    // Beside what makes the file one of several megabytes, as are written past the system's cache.
    private static async Task WriteOneNumberAsync(RespClient client, string number)
    {
        Assert.AreEqual("OK", (await client.ExecuteAsync("DEBUG", "POPULATE", "60000", "pad", "60").WaitAsync(Patience)).Text);
        for (int i = 0; i < 3000; i += 100)
            await client.ExecuteAsync(["MSET", .. Enumerable.Range(i, 100).SelectMany(key => new[] { $"key{key}", number })]).WaitAsync(Patience);
    }

    private static async Task<string> OneNumberAsync(RespClient client, int round)
    {
        RespValue values = await client.ExecuteAsync(["MGET", .. Enumerable.Range(0, 3000).Select(key => $"key{key}")]).WaitAsync(Patience);
        string[] distinct = [.. values.Items.Select(value => value.IsNull ? "0" : value.Text).Distinct()];
        Assert.HasCount(1, distinct, $"round {round}: a mixture of {string.Join(", ", distinct)}");
        return distinct[0];
    }

    private static async Task FillAsync(RespClient client)
    {
        for (int i = 0; i < 300; i++)
        {
            string n = i.ToString(CultureInfo.InvariantCulture);
            await client.ExecuteAsync("SET", "string" + n, new string('s', i)).WaitAsync(Patience);
            await client.ExecuteAsync("SET", "expiring" + n, n, "EX", "100000").WaitAsync(Patience);
            await client.ExecuteAsync("RPUSH", "list", n, "element" + n).WaitAsync(Patience);
            await client.ExecuteAsync("HSET", "hash", n, n, "small" + n, "x").WaitAsync(Patience);
            await client.ExecuteAsync("SADD", "integers", n).WaitAsync(Patience);
            await client.ExecuteAsync("SADD", "set", "member" + n).WaitAsync(Patience);
            await client.ExecuteAsync("ZADD", "sorted", n, "member" + n, n + ".5", n).WaitAsync(Patience);
            await client.ExecuteAsync("PFADD", "loglog", n).WaitAsync(Patience);
            await client.ExecuteAsync("XADD", "stream", n + "-1", "field", n).WaitAsync(Patience);
        }

        await client.ExecuteAsync("XGROUP", "CREATE", "stream", "group", "0").WaitAsync(Patience);
        await client.ExecuteAsync("XREADGROUP", "GROUP", "group", "reader", "COUNT", "9", "STREAMS", "stream", ">").WaitAsync(Patience);
        await client.ExecuteAsync("SELECT", "3").WaitAsync(Patience);
        await client.ExecuteAsync("SET", "in", "another database").WaitAsync(Patience);
        await client.ExecuteAsync("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function(keys, args) return 1 end)").WaitAsync(Patience);
    }

    private static async Task<string> DigestAsync(RespClient client)
        => (await client.ExecuteAsync("DEBUG", "DIGEST").WaitAsync(Patience)).Text + (await client.ExecuteAsync("FCALL", "f", "0").WaitAsync(Patience)).Integer;

    private ServerUnderTest Start(string shards, string isDf = "no") => ServerUnderTest.Start("--dir", _directory, "--num_shards", shards, "--df_snapshot_format", isDf);
}
