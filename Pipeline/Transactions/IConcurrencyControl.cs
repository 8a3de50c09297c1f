using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>An intent to use a key: what two transactions conflict about. Databases are not told apart: a rare conflict too many does no harm.</summary>
/// <param name="Shard">The key's shard.</param>
/// <param name="Hash">The key's hash, its fingerprint.</param>
/// <param name="Exclusive">Whether the key may be changed.</param>
public readonly record struct KeyLock(int Shard, ulong Hash, bool Exclusive);

/// <summary>Work that needs several shards, as one transaction.</summary>
public interface IMultiShardWork
{
    /// <summary>The shards it needs, one bit each.</summary>
    ulong ShardMask { get; }

    /// <summary>Whether it needs all keys of its shards rather than those of <see cref="AddLocks"/> (FLUSHALL, a script with undeclared keys).</summary>
    bool IsGlobal { get; }

    /// <summary>
    /// Asked once, before it is started, by a policy that can run the part of each shard by itself: in how many hops; 0 = it has to run at one moment, by
    /// <see cref="Run"/>. Between two hops its locks are kept. What a hop but the last finds may be read in the next; only the last may change data.
    /// </summary>
    int PrepareHops() => 0;

    /// <summary>Names the keys it uses, in any order; a key may come twice.</summary>
    void AddLocks(List<KeyLock> into);

    /// <summary>Runs once, while all its shards are held. Synchronous; does not throw for bad input.</summary>
    void Run();

    /// <summary>Runs what one shard has to do in a hop (from 0), while that shard is owned; parts of several shards may run at the same time.</summary>
    void RunPart(ShardBlock shard, int hop) => throw new NotSupportedException();

    /// <summary>Called instead of Run, or after parts, when a shard takes no more work.</summary>
    void Refuse(Exception reason);

    /// <summary>Called after Run, the last part, or Refuse, when no shard is held any more.</summary>
    void Concluded();
}

/// <summary>
/// How work over several shards is made atomic. Ordered acquisition (performance.md 5.4) is one policy; VLL (Dragonfly's) is another.
/// </summary>
public interface IConcurrencyControl
{
    /// <summary>Starts the work; it may have concluded when this returns, or conclude later on another thread.</summary>
    void Submit(IMultiShardWork work);

    /// <summary>Transactions that lost a race while they were scheduled, and were scheduled again. Any thread.</summary>
    long Retries => 0;
}
