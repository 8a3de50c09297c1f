using DragonflyFlow.Perf.Micro;
using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;

namespace DragonflyFlow.Perf.Transactions;

/// <summary>Measures one case under one policy: a new store, filled, warmed, and clients on threads of their own.</summary>
internal static class TxRun
{
    private const string Value = "0123456789abcdef";

    /// <summary>Runs it.</summary>
    public static async Task<TxResult> RunAsync(TxOptions options, TxCase load, string policy, int round, TimeProvider time)
    {
        ConfigStore config = new();
        if (config.SetAtStart(StoreOptions.TransactionPolicy, policy) is { } wrong)
            throw new InvalidOperationException(wrong);
        using StoreEngine engine = new(new StoreEngineOptions { Shards = options.Shards, Config = config }, time);
        ZipfKeys keys = new(options.Keys, load.SkewHundredths / 100.0);
        TxClient[] clients = [.. Enumerable.Range(0, options.Clients).Select(i => new TxClient(engine, load, keys, seed: i + 1))];
        for (int i = 0; i < options.Keys; i++)
            clients[0].Send(RequestBytes.Of("SET", TxClient.KeyOf(i), Value));
        await SendAllAsync(clients, options.Commands / 10);
        Reset(engine);
        long retries = engine.Concurrency.Retries;
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long started = time.GetTimestamp();
        await SendAllAsync(clients, options.Commands);
        TimeSpan taken = time.GetElapsedTime(started);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        double commands = (double)options.Commands * options.Clients;
        int errors = clients.Sum(client => client.Errors);
        foreach (TxClient client in clients)
            client.Dispose();
        foreach (ShardBlock shard in engine.Shards)
            shard.Complete();
        if (errors > 0)
            throw new InvalidOperationException($"{errors} error replies under {policy}");
        return new TxResult(load, policy, round, commands / taken.TotalSeconds, cpu.TotalSeconds * 1e6 / commands)
        {
            Transactions = Sum(engine, stats => stats.Concluded),
            Hops = Sum(engine, stats => stats.Hops),
            OutOfOrder = Sum(engine, stats => stats.OutOfOrder),
            ParkedLanes = Sum(engine, stats => stats.ParkedLanes),
            Retries = engine.Concurrency.Retries - retries,
        };
    }

    private static Task SendAllAsync(TxClient[] clients, int commands)
        => Task.WhenAll(clients.Select(client => Task.Factory.StartNew(
            () => client.Run(commands), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    private static void Reset(StoreEngine engine) => engine.PostToShards(static shard => shard.Transactions.Reset());

    private static long Sum(StoreEngine engine, Func<TransactionStats, long> field) => engine.Shards.Sum(shard => field(shard.Transactions));
}
