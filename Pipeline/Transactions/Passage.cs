// One message that takes its shards in ascending order: run by a shard, it keeps that shard and posts itself to the next; the owner of the last one does the
// work and frees all. Ascending order makes a circle of waiters impossible. Between two shards nobody waits: the message does.

using System.Numerics;
using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>Holds several shards at one moment, and does something while it does (performance.md 5.4).</summary>
internal abstract class Passage(ShardBlock[] shards) : ShardMessage
{
    private ulong _mask;
    private ulong _ahead;
    private ulong _held;

    /// <summary>The store's shards.</summary>
    protected ShardBlock[] Shards => shards;

    /// <summary>Sets out to take the shards of the mask; it may have passed when this returns.</summary>
    protected void SetOut(ulong mask)
    {
        _mask = mask;
        _ahead = mask;
        _held = 0;
        if (!TakeNext())
            Turned(Completed());
    }

    internal sealed override bool Run(ShardBlock shard)
    {
        if (_ahead != 0)
        {
            ulong mine = 1UL << shard.Index;
            _held |= mine;
            if (TakeNext())
                return false;

            // The next shard is completed: this one is still owned here, and is freed by returning.
            _held &= ~mine;
            FreeHeld(passed: false);
            Turned(Completed());
            return true;
        }

        long nowMs = shard.Keyspace.NowMs;
        for (ulong rest = _held; rest != 0; rest &= rest - 1)
            shards[BitOperations.TrailingZeroCount(rest)].Keyspace.NowMs = nowMs;
        RunHeld();
        StoreJournals.Conclude(shards, _mask);
        for (ulong rest = _mask; rest != 0; rest &= rest - 1)
        {
            ShardBlock held = shards[BitOperations.TrailingZeroCount(rest)];
            held.Transactions.Hops++;
            held.TransactionEnd?.Concluded(held);
        }

        Leave(shard);
        FreeHeld(passed: true);
        Passed(shard);
        return true;
    }

    internal override void Refuse(Exception reason)
    {
        FreeHeld(passed: false);
        Turned(reason);
    }

    /// <summary>Does the work: all shards are held.</summary>
    protected abstract void RunHeld();

    /// <summary>The work on this shard, still held, is over.</summary>
    protected virtual void Leave(ShardBlock shard)
    {
    }

    /// <summary>All shards but <paramref name="last"/>, which is freed behind this, have been freed.</summary>
    protected abstract void Passed(ShardBlock last);

    /// <summary>A shard took no message: nothing has been run, and no shard is held any more.</summary>
    protected abstract void Turned(Exception reason);

    /// <summary>Posts itself to the next shard.</summary>
    protected virtual bool Enter(ShardBlock shard) => shard.Post(this);

    // After a successful post another thread may already be running this message: nothing of it is touched any more.
    private bool TakeNext()
    {
        int next = BitOperations.TrailingZeroCount(_ahead);
        _ahead &= _ahead - 1;
        return Enter(shards[next]);
    }

    private void FreeHeld(bool passed)
    {
        while (_held != 0)
        {
            int highest = 63 - BitOperations.LeadingZeroCount(_held);
            _held &= ~(1UL << highest);
            if (passed)
                Leave(shards[highest]);
            shards[highest].Free();
        }
    }

    private static OperationCanceledException Completed() => new("The shard is completed.");
}
