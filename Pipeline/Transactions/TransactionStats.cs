// Owner: the shard. A transaction is counted on the shard that concluded it, its hops on the shards that made them; INFO adds up while it holds all.

namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>Counters of the transactions of one shard. Commands in lanes are none: nothing is counted on the hot path.</summary>
internal sealed class TransactionStats
{
    /// <summary>Transactions concluded here.</summary>
    public long Concluded { get; set; }

    /// <summary>Those among them that took all keys of their shards.</summary>
    public long Global { get; set; }

    /// <summary>Runs of a transaction, or of its part, on this shard.</summary>
    public long Hops { get; set; }

    /// <summary>Scheduling messages (VLL).</summary>
    public long Scheduled { get; set; }

    /// <summary>Transactions of this shard alone that ran while they were scheduled, since nothing was in their way (VLL).</summary>
    public long AtOnce { get; set; }

    /// <summary>Runs ahead of transactions with a smaller id, since all locks had been free (VLL).</summary>
    public long OutOfOrder { get; set; }

    /// <summary>Lanes that waited behind a transaction on one of their keys (VLL).</summary>
    public long ParkedLanes { get; set; }

    /// <summary>CONFIG RESETSTAT.</summary>
    public void Reset() => Concluded = Global = Hops = Scheduled = AtOnce = OutOfOrder = ParkedLanes = 0;

    /// <summary>A transaction has concluded on this shard.</summary>
    public void CountConcluded(bool global)
    {
        Concluded++;
        Global += global ? 1 : 0;
    }
}
