namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>The ids of transactions that touch several shards or wait: one counter of the store. Any thread.</summary>
internal sealed class TransactionIds
{
    private ulong _last;

    /// <summary>The next id, from 1.</summary>
    public ulong Next() => Interlocked.Increment(ref _last);
}
