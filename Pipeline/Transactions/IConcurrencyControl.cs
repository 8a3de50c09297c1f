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

    /// <summary>Whether it needs all of its shards' keys rather than those of <see cref="AddLocks"/> (FLUSHALL, a script with undeclared keys).</summary>
    bool IsGlobal { get; }

    /// <summary>
    /// Whether it is a sum of parts, one for each shard, that need not run at one moment: then a policy may call <see cref="RunPart"/> once on each shard
    /// instead of <see cref="Run"/>, and each part answers for itself.
    /// </summary>
    bool RunsInParts => false;

    /// <summary>Names the keys it uses, in any order; a key may come twice.</summary>
    void AddLocks(List<KeyLock> into);

    /// <summary>Runs once, while all its shards are held. Synchronous; does not throw for bad input.</summary>
    void Run();

    /// <summary>Runs the part of one shard, while that shard is owned. Only if <see cref="RunsInParts"/>; parts of several shards may run at the same time.</summary>
    void RunPart(ShardBlock shard) => throw new NotSupportedException();

    /// <summary>Called instead of Run when a shard takes no more work.</summary>
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
}
