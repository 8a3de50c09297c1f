// Owner: the shard, from the moment the entry is in its schedule; before and after that whoever schedules it.

using System.Runtime.InteropServices;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>Whose turn a schedule announces: a transaction's part on the shard, or a lane that waits for a key.</summary>
internal interface IScheduled
{
    /// <summary>Its turn has come, or its locks were free from the beginning; takes itself out of the schedule when it is over. The shard is owned.</summary>
    void Proceed(ShardBlock shard);

    /// <summary>The shard has faulted; the entry is no longer in the schedule.</summary>
    void RefuseScheduled(Exception reason);
}

/// <summary>One place in the queue of a shard, with the locks it holds there. Reused by its owner.</summary>
internal sealed class ScheduleEntry(IScheduled owner)
{
    /// <summary>Whose place it is.</summary>
    public IScheduled Owner => owner;

    /// <summary>The transaction's id: places are in its order.</summary>
    public ulong Id { get; set; }

    /// <summary>Whether it takes all keys of the shard.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Its keys on this shard are a range of this list, sorted by hash, each once.</summary>
    public List<KeyLock>? Locks { get; set; }

    /// <summary>Where the range begins.</summary>
    public int From { get; set; }

    /// <summary>Keys in the range.</summary>
    public int Count { get; set; }

    /// <summary>Whether all locks were free when it came: it may then run before those in front of it.</summary>
    public bool IsGranted { get; set; }

    /// <summary>Whether it waits for its turn; a transaction that is not scheduled everywhere yet has none.</summary>
    public bool IsArmed { get; set; }

    /// <summary>Whether it is in the schedule.</summary>
    public bool IsIn { get; set; }

    /// <summary>The place in front.</summary>
    public ScheduleEntry? Before { get; set; }

    /// <summary>The place behind.</summary>
    public ScheduleEntry? Behind { get; set; }

    /// <summary>Its keys.</summary>
    public ReadOnlySpan<KeyLock> Keys => IsWhole || Locks is null ? [] : CollectionsMarshal.AsSpan(Locks).Slice(From, Count);
}
