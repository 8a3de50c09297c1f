using DragonflyFlow.Pipeline.Configuration;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;

namespace DragonflyFlow.Pipeline.Commands.Server;

/// <summary>INFO's section of transactions over several shards: how many, in how many hops, and what their order cost. INFO itself is one of them.</summary>
internal static class TransactionInfo
{
    public static void Transactions(InfoText text, StoreEngine engine)
    {
        text.Add("tx_policy", engine.Config.GetText(StoreOptions.TransactionPolicy));
        text.Add("tx_total", Sum(engine, stats => stats.Concluded));
        text.Add("tx_global_total", Sum(engine, stats => stats.Global));
        text.Add("tx_hops_total", Sum(engine, stats => stats.Hops));
        text.Add("tx_schedule_hops_total", Sum(engine, stats => stats.Scheduled));
        text.Add("tx_schedule_retries_total", engine.Concurrency.Retries);
        text.Add("tx_at_once_total", Sum(engine, stats => stats.AtOnce));
        text.Add("tx_ooo_total", Sum(engine, stats => stats.OutOfOrder));
        text.Add("tx_parked_lanes_total", Sum(engine, stats => stats.ParkedLanes));
        text.Add("tx_queued", engine.Shards.Sum(shard => (long)(shard.Schedule?.Count ?? 0)));
        text.Add("tx_locked_keys", engine.Shards.Sum(shard => (long)(shard.Schedule?.LockedKeys ?? 0)));
    }

    private static long Sum(StoreEngine engine, Func<TransactionStats, long> field) => engine.Shards.Sum(shard => field(shard.Transactions));
}
