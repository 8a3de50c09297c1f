// A transaction is one message that takes its shards in ascending order: run by a shard, it keeps that shard and posts itself to the next; the owner of the
// last one runs the work and frees all. Ascending order makes a circle of waiters impossible. Between two shards nobody waits: the message does.

using System.Numerics;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>Concurrency control by ordered acquisition: the default on few cores (performance.md 5.4).</summary>
public sealed class OrderedAcquisition(ShardBlock[] shards) : IConcurrencyControl
{
    /// <inheritdoc />
    public void Submit(IMultiShardWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Passage passage = new(shards, work);
        passage.Start();
        Resumptions.Flush();
    }

    private sealed class Passage(ShardBlock[] shards, IMultiShardWork work) : ShardMessage
    {
        private ulong _ahead = work.ShardMask;
        private ulong _held;

        public void Start()
        {
            if (!TakeNext())
                Give(new OperationCanceledException("The shard is completed."));
        }

        internal override bool Run(ShardBlock shard)
        {
            if (_ahead != 0)
            {
                ulong mine = 1UL << shard.Index;
                _held |= mine;
                if (TakeNext())
                    return false;

                // The next shard is completed: this one is still owned here, and is freed by returning.
                _held &= ~mine;
                Give(new OperationCanceledException("The shard is completed."));
                return true;
            }

            long nowMs = shard.Keyspace.NowMs;
            for (ulong rest = _held; rest != 0; rest &= rest - 1)
                shards[BitOperations.TrailingZeroCount(rest)].Keyspace.NowMs = nowMs;
            work.Run();
            for (ulong rest = work.ShardMask; rest != 0; rest &= rest - 1)
            {
                ShardBlock held = shards[BitOperations.TrailingZeroCount(rest)];
                held.TransactionEnd?.Concluded(held);
            }

            FreeHeld();
            work.Concluded();
            return true;
        }

        internal override void Refuse(Exception reason) => Give(reason);

        // After a successful post another thread may already be running this message: nothing of it is touched any more.
        private bool TakeNext()
        {
            int next = BitOperations.TrailingZeroCount(_ahead);
            _ahead &= _ahead - 1;
            return shards[next].Post(this);
        }

        private void Give(Exception reason)
        {
            work.Refuse(reason);
            FreeHeld();
            work.Concluded();
        }

        private void FreeHeld()
        {
            while (_held != 0)
            {
                int highest = 63 - BitOperations.LeadingZeroCount(_held);
                _held &= ~(1UL << highest);
                shards[highest].Free();
            }
        }
    }
}
