// Any thread reads IsActive; a shard's journal is made, used and ended in its own steps.

using System.Numerics;
using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>The journals of a store's shards: who registers at them, and what names their transactions.</summary>
internal sealed class StoreJournals(TimeProvider time)
{
    private readonly TransactionIds _ids = new();
    private int _active;

    /// <summary>Whether any shard keeps a journal.</summary>
    public bool IsActive => Volatile.Read(ref _active) != 0;

    /// <summary>
    /// Registers a consumer at a shard, in a step of it: the state of the shard in this step, and all changes from here on, are everything. A consumer that
    /// also walks registers the walk in the same step. One that stays full for longer than <paramref name="deadline"/> is faulted.
    /// </summary>
    public JournalBranch Register(ShardBlock shard, IJournalConsumer consumer, TimeSpan deadline)
    {
        if (shard.Journal is not { } journal)
        {
            shard.Journal = journal = new ShardJournal(shard, this);
            Interlocked.Increment(ref _active);
        }

        JournalBranch branch = new(journal, shard, consumer, journal.Lsn, time, deadline);
        journal.Add(branch);
        return branch;
    }

    /// <summary>Keeps the last changes of a shard in a ring from now on, instead of in the one there may be; 0 bytes = in none. In a step of the shard.</summary>
    public void KeepLast(ShardBlock shard, long bytesMax, TimeSpan ageMax)
    {
        if (shard.Journal is { Ring: not null } journal)
            journal.EndRing();
        if (bytesMax <= 0)
            return;
        JournalRing ring = new(shard, Math.Min(bytesMax, JournalRing.BytesLimit), ageMax, time);
        JournalBranch branch = Register(shard, ring, Timeout.InfiniteTimeSpan);
        shard.Journal!.BeginRing(ring, branch);
    }

    /// <summary>A name for a transaction.</summary>
    public ulong NextTransaction() => _ids.Next();

    /// <summary>A name for a transaction in parts: the first of them gives it.</summary>
    public ulong Share(ref ulong transaction)
    {
        ulong name = Volatile.Read(ref transaction);
        if (name != 0)
            return name;
        name = NextTransaction();
        ulong before = Interlocked.CompareExchange(ref transaction, name, 0);
        return before == 0 ? name : before;
    }

    /// <summary>A transaction that held several shards at one moment has ended: its effects on each bear one id.</summary>
    public static void Conclude(ShardBlock[] shards, ulong mask)
    {
        ShareCleared(shards, mask);
        ulong changed = 0;
        StoreJournals? store = null;
        for (ulong rest = mask; rest != 0; rest &= rest - 1)
        {
            if (shards[BitOperations.TrailingZeroCount(rest)].Journal is not { } journal || !journal.Settle())
                continue;
            changed |= rest & (~rest + 1);
            store = journal.Store;
        }

        if (store is null)
            return;
        ulong transaction = store.NextTransaction();
        for (ulong rest = changed; rest != 0; rest &= rest - 1)
            shards[BitOperations.TrailingZeroCount(rest)].Journal!.Give(transaction, BitOperations.PopCount(changed));
    }

    // What empties databases without being a command (DEBUG RELOAD) empties them on all its shards, whether there is anything on each or not.
    private static void ShareCleared(ShardBlock[] shards, ulong mask)
    {
        for (ulong from = mask; from != 0; from &= from - 1)
        {
            if (shards[BitOperations.TrailingZeroCount(from)].Journal is not { Cleared.Count: > 0 } emptied)
                continue;
            for (ulong to = mask; to != 0; to &= to - 1)
                shards[BitOperations.TrailingZeroCount(to)].Journal?.Cleared.UnionWith(emptied.Cleared);
        }
    }

    internal void End(ShardBlock shard)
    {
        shard.Journal = null;
        Interlocked.Decrement(ref _active);
    }
}
