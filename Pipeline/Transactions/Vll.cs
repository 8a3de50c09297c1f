using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>
/// Concurrency control by very lightweight locking, Dragonfly's scheme: a transaction takes a place and counting locks on each of its shards first, and runs
/// when its turn has come on all of them, or at once where nothing was in its way. What can run in parts runs on each shard by itself.
/// </summary>
public sealed class Vll : IConcurrencyControl
{
    private readonly ShardBlock[] _shards;
    private readonly ShardSchedule[] _schedules;
    private readonly TransactionIds _ids = new();
    private long _retries;

    internal Vll(ShardBlock[] shards)
    {
        _shards = shards;
        _schedules = [.. shards.Select(shard => new ShardSchedule(shard, _ids))];
    }

    /// <inheritdoc />
    public long Retries => Interlocked.Read(ref _retries);

    /// <inheritdoc />
    public void Submit(IMultiShardWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        new VllTransaction(this, _shards, work).Go();
        Resumptions.Flush();
    }

    /// <summary>The schedule of a shard; only its owner may touch it.</summary>
    internal ShardSchedule ScheduleOf(ShardBlock shard) => _schedules[shard.Index];

    /// <summary>A new id, greater than all before.</summary>
    internal ulong NextId() => _ids.Next();

    /// <summary>A transaction is scheduled again.</summary>
    internal void CountRetry() => Interlocked.Increment(ref _retries);
}
