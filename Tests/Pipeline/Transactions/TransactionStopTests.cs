using System.Globalization;
using System.Text;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Pipeline.Transactions;

/// <summary>
/// Shards are completed one by one, in any order, while transactions are under way over them: each command is answered, by its reply or a refusal; a transaction
/// has happened on all its shards or on none; nothing stays in a schedule, and every shard closes.
/// </summary>
[TestClass]
public sealed class TransactionStopTests
{
    private const int Accounts = 8;
    private const int Clients = 4;
    private const int Stops = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(TransactionPolicy.Ordered)]
    [DataRow(TransactionPolicy.Vll)]
    public async Task Stops_in_the_midst_of_transactions_leave_nothing_half_done(TransactionPolicy policy)
    {
        int answered = 0, refused = 0;
        for (int seed = 1; seed <= Stops; seed++)
        {
            (int Answered, int Refused) run = await RunAsync(policy, seed);
            answered += run.Answered;
            refused += run.Refused;
        }

        TestContext.WriteLine($"{policy}: {Stops} stops, {answered} transactions answered, {refused} refused");
        Assert.IsGreaterThan(Stops, answered);
        Assert.IsGreaterThan(Stops, refused);
    }

    private static async Task<(int Answered, int Refused)> RunAsync(TransactionPolicy policy, int seed)
    {
        string replay = $"replay: policy={policy} seed={seed}";
        Random random = new(seed);
        using StoreEngine engine = new(new StoreEngineOptions { Shards = 4, Seed = (ulong)seed, Checked = true, Config = Policies.Config(policy) }, TimeProvider.System);
        using (InProcessClient first = new(engine))
            first.Execute(["MSET", .. Enumerable.Range(0, Accounts).SelectMany(i => new[] { $"account{i}", "100" })]);
        using CancellationTokenSource stop = new();
        Task<(int Answered, int Refused)>[] running = [.. Enumerable.Range(0, Clients).Select(i => Start(engine, (seed * 100) + i, stop.Token))];
        await Task.Delay(random.Next(0, 10));
        foreach (int shard in Enumerable.Range(0, engine.Shards.Length).OrderBy(_ => random.Next()))
        {
            engine.Shards[shard].Complete();
            if (random.Next(2) == 0)
                await Task.Delay(1);
        }

        await stop.CancelAsync();
        (int Answered, int Refused)[] counts = await Task.WhenAll(running).WaitAsync(Patience);
        await Task.WhenAll(engine.Shards.Select(shard => shard.Completion)).WaitAsync(Patience);
        foreach (ShardBlock shard in engine.Shards)
        {
            shard.Ledger.AssertSettled($"shard-{shard.Index}, {replay}");
            Assert.IsNull(shard.Schedule, replay);
        }

        Assert.AreEqual(100L * Accounts, Enumerable.Range(0, Accounts).Sum(i => Balance(engine, $"account{i}")), replay);
        return (counts.Sum(count => count.Answered), counts.Sum(count => count.Refused));
    }

    private static Task<(int Answered, int Refused)> Start(StoreEngine engine, int seed, CancellationToken stop) => Task.Factory.StartNew(
        () =>
        {
            Random random = new(seed);
            using InProcessClient client = new(engine);
            int answered = 0, refused = 0;
            do
            {
                string reply = Operate(client, random);
                bool isRefused = reply.Contains("-ERR Server is shutting down", StringComparison.Ordinal);
                answered += isRefused ? 0 : 1;
                refused += isRefused ? 1 : 0;
            }
            while (!stop.IsCancellationRequested);

            return (answered, refused);
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static string Operate(InProcessClient client, Random random)
    {
        string from = $"account{random.Next(Accounts)}", to = $"account{random.Next(Accounts)}";
        string amount = random.Next(1, 10).ToString(CultureInfo.InvariantCulture);
        string[] keys = [.. Enumerable.Range(0, 4).Select(_ => $"key{random.Next(50)}")];
        return random.Next(6) switch
        {
            0 => client.Pipeline(["MULTI"], ["DECRBY", from, amount], ["INCRBY", to, amount], ["EXEC"]),
            1 => client.Execute("EVAL", "redis.call('decrby', KEYS[1], ARGV[1]) return redis.call('incrby', KEYS[2], ARGV[1])", "2", from, to, amount),
            2 => client.Pipeline([["WATCH", from, to], ["MULTI"], ["INCRBY", from, amount], ["DECRBY", to, amount], ["EXEC"]]),
            3 => client.Execute(["MSET", .. keys.SelectMany(key => new[] { key, amount })]),
            4 => client.Execute(["DEL", .. keys]),
            _ => client.Execute("RENAME", keys[0], keys[1]),
        };
    }

    // The shards are closed: nobody owns them any more.
    private static long Balance(StoreEngine engine, string account)
    {
        byte[] key = Encoding.ASCII.GetBytes(account);
        ulong hash = KeyHash.Of(key);
        Database database = engine.Shards[KeyHash.ShardOf(hash, engine.Shards.Length)].Keyspace[0];
        Assert.IsTrue(database.Find(key, hash, out Slot slot));
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        return long.Parse(database.StringBytes(slot, scratch), CultureInfo.InvariantCulture);
    }
}
