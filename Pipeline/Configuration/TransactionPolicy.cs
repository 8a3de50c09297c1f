namespace DragonflyFlow.Pipeline.Configuration;

/// <summary>How a command over several shards gets hold of them.</summary>
public enum TransactionPolicy
{
    /// <summary>In ascending order of the shards, one message passed along.</summary>
    Ordered,
}
