using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>
/// Concurrency control by ordered acquisition: the default on few cores (performance.md 5.4). All of a transaction is one hop over its shards.
/// </summary>
public sealed class OrderedAcquisition(ShardBlock[] shards) : IConcurrencyControl
{
    /// <inheritdoc />
    public void Submit(IMultiShardWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        new WorkPassage(shards, work).Start();
        Resumptions.Flush();
    }

    private sealed class WorkPassage(ShardBlock[] shards, IMultiShardWork work) : Passage(shards)
    {
        public void Start() => SetOut(work.ShardMask);

        protected override void RunHeld() => work.Run();

        protected override void Passed(ShardBlock last)
        {
            last.Transactions.CountConcluded(work.IsGlobal);
            work.Concluded();
        }

        protected override void Turned(Exception reason)
        {
            work.Refuse(reason);
            work.Concluded();
        }
    }
}
