namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// Told at the end of every command, MULTI or script that ran on a shard, still inside the shard's step: what waits for a key is served here, so that a
/// transaction wakes once, with all it has done (DESIGN rule 1; Redis's handleClientsBlockedOnKeys).
/// </summary>
internal interface ITransactionEnd
{
    /// <summary>The transaction has done all it does on <paramref name="shard"/>. Must not wait.</summary>
    void Concluded(ShardBlock shard);
}
