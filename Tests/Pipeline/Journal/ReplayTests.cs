using System.Globalization;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Tests.Differential.Families;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Journal;

/// <summary>
/// Whatever a store is asked, its journals replayed make an equal one. DFLOW_JOURNAL_SEED and DFLOW_JOURNAL_COUNT
/// choose the traffic, DFLOW_JOURNAL_ROUNDS how many seeds from that one on; the defaults are fixed.
/// </summary>
[TestClass]
public class ReplayTests
{
    private const int DefaultSeed = 1;
    private const int DefaultCount = 1200;

    public static IEnumerable<object[]> Cases => RandomTraffic.Families.Select(static family => new object[] { family.Name });

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task The_journals_of_a_store_replayed_make_an_equal_one(string family)
    {
        for (int seed = Seed; seed < Seed + Rounds; seed++)
        {
            foreach ((int shards, int replicaShards) in new[] { (1, 3), (3, 2) })
            {
                string difference = await CompareAsync(family, seed, shards, replicaShards);
                if (difference.Length > 0)
                    Assert.Fail($"{difference}\n{shards} shards; replay: DFLOW_JOURNAL_SEED={seed} DFLOW_JOURNAL_COUNT={Count} dotnet test Tests --filter FullyQualifiedName~ReplayTests");
            }
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public async Task What_is_evicted_goes_from_the_other_store_too(int shards)
    {
        using InProcessClient client = new(shards);
        client.Line("CONFIG SET cache_mode yes");
        client.Line("CONFIG SET maxmemory 500000");
        RecordingConsumer[] consumers = await RecordingConsumer.RegisterAsync(client.Engine);
        for (int i = 0; i < 6000; i++)
            client.Execute("SET", $"key{i}", new string('v', i % 300));
        Assert.IsGreaterThan(500, client.Engine.Shards.Sum(shard => shard.Keyspace.Stats.Evicted));
        using Replica replica = new(2, TimeProvider.System);
        replica.Replay([.. consumers.Select(consumer => consumer.Records)]);
        Assert.IsNull(replica.Problem);
        Assert.AreEqual("", StoreState.Difference(await StoreState.ReadAsync(client.Engine), await StoreState.ReadAsync(replica.Client.Engine)));
    }

    private static int Seed => Setting("DFLOW_JOURNAL_SEED", DefaultSeed);

    private static int Count => Setting("DFLOW_JOURNAL_COUNT", DefaultCount);

    private static int Rounds => Setting("DFLOW_JOURNAL_ROUNDS", 1);

    private async Task<string> CompareAsync(string familyName, int seed, int shards, int replicaShards)
    {
        ScriptFamily family = RandomTraffic.Families.Single(candidate => candidate.Name == familyName);
        ManualTimeProvider time = new();
        using InProcessClient client = new(shards, time);
        RecordingConsumer[] consumers = await RecordingConsumer.RegisterAsync(client.Engine);
        new RandomTraffic(client, time, family, seed).Run(Count);
        Assert.AreEqual(0, client.Engine.Bugs);
        AssertGapless(consumers);

        using Replica replica = new(replicaShards, time);
        replica.Replay([.. consumers.Select(consumer => consumer.Records)]);
        if (replica.Problem is { } problem)
            return problem;
        TestContext.WriteLine($"{familyName}, seed {seed}, {shards} shards: {consumers.Sum(consumer => consumer.Records.Count)} records");
        SortedDictionary<string, string> first = await StoreState.ReadAsync(client.Engine), second = await StoreState.ReadAsync(replica.Client.Engine);
        string difference = StoreState.Difference(first, second);
        if (difference.Length == 0)
            Assert.AreEqual(client.Execute("DEBUG", "DIGEST"), replica.Digest());
        return difference;
    }

    private static void AssertGapless(RecordingConsumer[] consumers)
    {
        foreach (RecordingConsumer consumer in consumers)
            CollectionAssert.AreEqual(Enumerable.Range(1, consumer.Records.Count).Select(lsn => (long)lsn).ToArray(), consumer.Records.Select(record => record.Header.Lsn).ToArray());
    }

    internal static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}

/// <summary>The same under VLL.</summary>
[TestClass]
public sealed class ReplayUnderVllTests : ReplayTests
{
    public ReplayUnderVllTests() => Policies.Use(TransactionPolicy.Vll);
}
