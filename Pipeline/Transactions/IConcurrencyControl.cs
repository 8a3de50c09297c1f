namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>Work that needs several shards at one moment.</summary>
public interface IMultiShardWork
{
    /// <summary>The shards it needs, one bit each.</summary>
    ulong ShardMask { get; }

    /// <summary>Runs once, while all its shards are held. Synchronous; does not throw for bad input.</summary>
    void Run();

    /// <summary>Called instead of Run when a shard takes no more work.</summary>
    void Refuse(Exception reason);

    /// <summary>Called after Run or Refuse, when no shard is held any more.</summary>
    void Concluded();
}

/// <summary>
/// How work over several shards is made atomic. Ordered acquisition (performance.md 5.4) is one policy; VLL (Dragonfly's) is another.
/// </summary>
public interface IConcurrencyControl
{
    /// <summary>Starts the work; it may have concluded when this returns, or conclude later on another thread.</summary>
    void Submit(IMultiShardWork work);
}
