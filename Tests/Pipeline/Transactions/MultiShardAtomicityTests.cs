using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Transactions;

/// <summary>Commands over several shards are atomic: two concurrent MSETs on the same keys never interleave, an MGET never sees half of one.</summary>
[TestClass]
public class MultiShardAtomicityTests
{
    private const int Writers = 3;
    private const int Rounds = 4000;

    private static readonly string[] Keys = [.. Enumerable.Range(0, 12).Select(i => $"key:{i}")];

    [TestMethod]
    [DataRow(2)]
    [DataRow(5)]
    public async Task An_mget_never_sees_half_an_mset(int shards)
    {
        using StoreEngine engine = new(new StoreEngineOptions { Shards = shards, Checked = true, Config = Policies.Config() }, TimeProvider.System);
        int used = Keys.Select(key => DragonflyFlow.Storage.Table.KeyHash.ShardOf(DragonflyFlow.Storage.Table.KeyHash.Of(System.Text.Encoding.ASCII.GetBytes(key)), shards)).Distinct().Count();
        Assert.IsGreaterThan(1, used, "the keys lie on several shards");
        Task[] writers = [.. Enumerable.Range(0, Writers).Select(i => Start(() => Write(engine, i)))];
        Task reader = Start(() => Read(engine));
        await Task.WhenAll([.. writers, reader]);
        foreach (ShardBlock shard in engine.Shards)
            shard.Ledger.AssertSettled($"shard-{shard.Index}");
    }

    private static void Write(StoreEngine engine, int writer)
    {
        using InProcessClient client = new(engine);
        for (int round = 0; round < Rounds; round++)
        {
            string value = $"w{writer}r{round}";
            // Keys in another order each time: acquisition must not depend on it.
            IEnumerable<string> order = round % 2 == 0 ? Keys : Keys.Reverse();
            Assert.AreEqual("+OK\r\n", client.Execute(["MSET", .. order.SelectMany(key => new[] { key, value })]));
        }
    }

    private static void Read(StoreEngine engine)
    {
        using InProcessClient client = new(engine);
        for (int round = 0; round < Rounds; round++)
        {
            string[] lines = client.Execute(["MGET", .. Keys]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            string[] values = [.. lines.Skip(1).Where((_, i) => lines[1].StartsWith("$-1", StringComparison.Ordinal) || i % 2 == 1).Distinct()];
            Assert.HasCount(1, values, $"round {round}: half an MSET: {string.Join(' ', values)}");
        }
    }

    private static Task Start(Action action)
        => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
