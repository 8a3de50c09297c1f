using System.Globalization;
using DragonflyFlow.Pipeline.Configuration;
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

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public async Task Base_values_and_changes_in_their_order_make_an_equal_store(int shards)
    {
        foreach (string family in Families)
        {
            for (int seed = 1; seed <= 3; seed++)
                await RoundAsync(shards, family, seed);
        }
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
