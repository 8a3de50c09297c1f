namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>How a command over several shards gets hold of them.</summary>
public enum TransactionPolicy
{
    /// <summary>In ascending order of the shards, one message passed along.</summary>
    Ordered,

    /// <summary>By locks on keys and a queue at each shard, in the order of global ids (very lightweight locking).</summary>
    Vll,
}
