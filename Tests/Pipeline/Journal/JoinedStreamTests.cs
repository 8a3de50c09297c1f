using System.Globalization;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Journal;

/// <summary>
/// A walk and a journal registered in one step of their shard, during traffic, are together all that a second store needs: nothing is missed, nothing comes
/// twice, and each key's base value comes before its first change.
/// </summary>
[TestClass]
public class JoinedStreamTests
{
    // What flushes or exchanges databases ends a restore streamer.
    private static readonly string[] Families = ["string", "list", "hash", "set", "sorted set", "stream", "momentary"];

    private static readonly int Rounds = ReplayTests.Setting("DFLOW_JOURNAL_ROUNDS", 2);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public async Task Base_values_and_changes_in_their_order_make_an_equal_store(int shards)
    {
        foreach (string family in Families)
        {
            for (int seed = 1; seed <= Rounds; seed++)
                await RoundAsync(shards, family, seed);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public async Task Registered_while_clients_write_they_miss_nothing_and_repeat_nothing(int shards)
    {
        using InProcessClient client = new(shards);
        using CancellationTokenSource stop = new();
        Task[] writers = [.. Enumerable.Range(0, 3).Select(i => Task.Run(() => Write(client.Engine, i, stop.Token), CancellationToken.None))];
        List<JoinedStream[]> registered = [];
        for (int round = 0; round < 4; round++)
        {
            // Each comes into the midst of a thousand further changes.
            long begun = await ChangesAsync(client.Engine);
            while (await ChangesAsync(client.Engine) < begun + 1000)
                await Task.Yield();
            registered.Add(await JoinedStream.RegisterAsync(client.Engine));
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        foreach (JoinedStream[] streams in registered)
            JoinedStream.Finish(client.Engine, streams);
        SortedDictionary<string, string> state = await StoreState.ReadAsync(client.Engine);
        foreach (JoinedStream[] streams in registered)
        {
            using Replica replica = new(2, TimeProvider.System);
            replica.Replay([.. streams.Select(stream => stream.Items)]);
            Assert.IsNull(replica.Problem);
            Assert.AreEqual("", StoreState.Difference(state, await StoreState.ReadAsync(replica.Client.Engine)));
            Assert.IsTrue(Array.TrueForAll(streams, stream => stream.FirstBaseTooLate is null));
        }
    }

    // Sequences that show each change that is lost or comes twice; some over several shards.
    private static void Write(StoreEngine engine, int writer, CancellationToken stop)
    {
        using InProcessClient client = new(engine);
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            string number = i.ToString(CultureInfo.InvariantCulture);
            client.Execute("RPUSH", $"list{writer}:{i % 40}", number);
            client.Execute("INCR", $"count{i % 7}");
            client.Pipeline(["MULTI"], ["INCR", $"a{writer}"], ["INCR", $"b{writer}"], ["EXEC"]);
            client.Execute("LMOVE", $"list{writer}:{i % 40}", $"list{writer}:{(i + 1) % 40}", "LEFT", "RIGHT");
        }
    }

    private static async Task<long> ChangesAsync(StoreEngine engine)
    {
        long changes = 0;
        await RecordingConsumer.InOneStepAsync(engine, () => changes = engine.Shards.Sum(shard => shard.Keyspace.Stats.Dirty));
        return changes;
    }

    private async Task RoundAsync(int shards, string familyName, int seed)
    {
        ManualTimeProvider time = new();
        using InProcessClient client = new(shards, time);
        RandomTraffic before = new(client, time, RandomTraffic.Families.First(family => family.Name.StartsWith(familyName.Split(' ')[0], StringComparison.Ordinal)), seed);
        before.Run(300);
        Random random = new(seed);
        JoinedStream[] streams = await JoinedStream.RegisterAsync(client.Engine);
        RandomTraffic after = new(client, time, RandomTraffic.Families.First(family => family.Name.StartsWith(familyName.Split(' ')[0], StringComparison.Ordinal)), seed + 1000)
        {
            Between = () =>
            {
                foreach (JoinedStream stream in streams)
                    stream.WantsMore = random.Next(50) == 0;
            },
        };
        after.Run(400);
        JoinedStream.Finish(client.Engine, streams);

        using Replica replica = new(2, time);
        replica.Replay([.. streams.Select(stream => stream.Items)]);
        string where = string.Create(CultureInfo.InvariantCulture, $"{familyName}, seed {seed}, {shards} shards");
        Assert.IsNull(replica.Problem, where);
        foreach (JoinedStream stream in streams)
            Assert.IsNull(stream.FirstBaseTooLate, where);
        Assert.AreEqual("", StoreState.Difference(await StoreState.ReadAsync(client.Engine), await StoreState.ReadAsync(replica.Client.Engine)), where);
        int bases = streams.Sum(stream => stream.Items.Count(static item => item.Header.Lsn == 0));
        TestContext.WriteLine($"{where}: {bases} base values, {streams.Sum(stream => stream.Items.Count) - bases} changes");
    }
}

/// <summary>The same under VLL.</summary>
[TestClass]
public sealed class JoinedStreamUnderVllTests : JoinedStreamTests
{
    public JoinedStreamUnderVllTests() => Policies.Use(TransactionPolicy.Vll);
}
