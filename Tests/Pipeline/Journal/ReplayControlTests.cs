using System.Globalization;
using DragonflyFlow.Protocol.Wire.Frames;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Journal;

/// <summary>That the replay tests would see what they are for: a lost change, words that do not say all, base values that come too late.</summary>
[TestClass]
public sealed class ReplayControlTests
{
    [TestMethod]
    public async Task A_change_that_is_lost_is_noticed_wherever_it_is()
    {
        using InProcessClient client = new(shards: 2);
        RecordingConsumer[] journals = await RecordingConsumer.RegisterAsync(client.Engine);
        for (int i = 0; i < 60; i++)
            client.Execute("RPUSH", $"list{i % 5}", i.ToString(CultureInfo.InvariantCulture));
        SortedDictionary<string, string> whole = await StoreState.ReadAsync(client.Engine);
        Assert.AreEqual("", await DifferenceAsync(whole, journals.Select(journal => journal.Records)));
        for (int shard = 0; shard < 2; shard++)
        {
            for (int lost = 0; lost < journals[shard].Records.Count; lost += 3)
            {
                List<(ChangeHeader, string[])>[] damaged = [.. journals.Select(journal => journal.Records.ToList())];
                damaged[shard].RemoveAt(lost);
                Assert.AreNotEqual("", await DifferenceAsync(whole, damaged), $"without change {lost} of shard {shard}");
            }
        }
    }

    [TestMethod]
    public async Task A_random_pick_that_is_journaled_as_its_own_words_is_noticed()
    {
        using InProcessClient client = new();
        RecordingConsumer[] journals = await RecordingConsumer.RegisterAsync(client.Engine);
        client.Execute(["SADD", "set", .. Enumerable.Range(0, 200).Select(i => $"m{i}")]);
        client.Execute("SRANDMEMBER", "set", "7");
        client.Execute("SPOP", "set", "20");
        SortedDictionary<string, string> whole = await StoreState.ReadAsync(client.Engine);
        Assert.AreEqual("", await DifferenceAsync(whole, journals.Select(journal => journal.Records)));
        List<(ChangeHeader Header, string[] Words)> own = [journals[0].Records[0], (journals[0].Records[1].Header, ["SPOP", "set", "20"])];
        Assert.AreNotEqual("", await DifferenceAsync(whole, [own]));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Base_values_that_do_not_come_before_changes_are_noticed(bool blind)
    {
        using InProcessClient client = new();
        for (int i = 0; i < 100; i++)
            client.Execute("RPUSH", $"list{i}", "before");
        JoinedStream[] streams = await JoinedStream.RegisterAsync(client.Engine);
        if (blind)
            client.Engine.PostToShards(static shard => shard.Keyspace[0].Table.Observer = null);
        for (int i = 0; i < 20; i++)
            client.Execute("RPUSH", $"list{i}", "after");
        JoinedStream.Finish(client.Engine, streams);
        Assert.HasCount(120, streams[0].Items);
        Assert.AreEqual(blind, streams[0].FirstBaseTooLate is not null, streams[0].FirstBaseTooLate);
    }

    private static async Task<string> DifferenceAsync(SortedDictionary<string, string> expected, IEnumerable<List<(ChangeHeader, string[])>> journals)
    {
        using Replica replica = new(2, TimeProvider.System);
        replica.Replay([.. journals]);
        return replica.Problem ?? StoreState.Difference(expected, await StoreState.ReadAsync(replica.Client.Engine));
    }
}
