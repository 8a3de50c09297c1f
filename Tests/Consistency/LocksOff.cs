using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;

namespace DragonflyFlow.Tests.Consistency;

/// <summary>
/// Concurrency control with its locks off, for the checkers to catch: what can run in parts runs shard by shard, in any order, with others in between. All else
/// holds its shards, since a handler must not touch a shard that it does not own.
/// </summary>
internal sealed class LocksOff(ShardBlock[] shards) : IConcurrencyControl
{
    private readonly OrderedAcquisition _ordered = new(shards);
    private int _broken;

    /// <summary>Transactions that ran without locks.</summary>
    internal int Broken => Volatile.Read(ref _broken);

    public void Submit(IMultiShardWork work)
    {
        int hops = work.PrepareHops();
        if (hops == 0)
        {
            _ordered.Submit(work);
            return;
        }

        // From low to high and from high to low in turns, so that two transactions meet each other in opposite orders.
        bool upwards = Interlocked.Increment(ref _broken) % 2 == 0;
        ShardBlock[] mine = [.. shards.Where(shard => (work.ShardMask >> shard.Index & 1) != 0)];
        for (int hop = 0; hop < hops; hop++)
        {
            foreach (ShardBlock shard in upwards ? mine : mine.Reverse())
            {
                RunOn(shard, work, hop);
                Thread.Sleep(0);
            }
        }

        work.Concluded();
        Resumptions.Flush();
    }

    private static void RunOn(ShardBlock shard, IMultiShardWork work, int hop)
    {
        using ManualResetEventSlim done = new();
        Part part = new(work, hop, done);
        Assert.IsTrue(shard.Post(part));
        done.Wait();
    }

    private sealed class Part(IMultiShardWork work, int hop, ManualResetEventSlim done) : ShardMessage
    {
        internal override bool Run(ShardBlock shard)
        {
            work.RunPart(shard, hop);
            done.Set();
            return true;
        }

        internal override void Refuse(Exception reason) => done.Set();
    }
}
