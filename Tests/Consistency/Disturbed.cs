using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Transactions;

namespace DragonflyFlow.Tests.Consistency;

/// <summary>
/// A concurrency control whose transactions give up their thread in the midst of their steps, shards owned, so that on few cores too others come in between. It
/// changes when things happen, never what the control does.
/// </summary>
internal sealed class Disturbed(IConcurrencyControl control, int seed) : IConcurrencyControl
{
    private int _steps = seed;

    public long Retries => control.Retries;

    public void Submit(IMultiShardWork work) => control.Submit(new Work(this, work));

    // A long pause now and then, a short one often; by a count that all threads share.
    private void Pause()
    {
        uint step = (uint)Interlocked.Increment(ref _steps) * 2654435761;
        if (step >> 26 == 0)
            Thread.Sleep(1);
        else if (step >> 30 == 0)
            Thread.Sleep(0);
    }

    private sealed class Work(Disturbed by, IMultiShardWork work) : IMultiShardWork
    {
        public ulong ShardMask => work.ShardMask;

        public bool IsGlobal
        {
            get
            {
                by.Pause();
                return work.IsGlobal;
            }
        }

        public int PrepareHops() => work.PrepareHops();

        public void AddLocks(List<KeyLock> into) => work.AddLocks(into);

        public void Run()
        {
            by.Pause();
            work.Run();
            by.Pause();
        }

        public void RunPart(ShardBlock shard, int hop)
        {
            by.Pause();
            work.RunPart(shard, hop);
            by.Pause();
        }

        public void Refuse(Exception reason) => work.Refuse(reason);

        public void Concluded() => work.Concluded();
    }
}
