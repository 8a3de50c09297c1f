// Owner: the shard that the lane is on.

using DragonflyFlow.Pipeline.Transactions;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// The rest of a lane that has met a key of a scheduled transaction: it waits as a transaction of its shard, with the locks of all its commands, so that the
/// commands of a connection keep their order. Reused by its lane.
/// </summary>
internal sealed class ParkedLane : IScheduled
{
    private readonly BatchLane _lane;
    private readonly Batch _batch;
    private readonly ScheduleEntry _entry;
    private readonly List<KeyLock> _locks = [];
    private ShardSchedule? _schedule;
    private int _from;

    public ParkedLane(BatchLane lane, Batch batch)
    {
        _lane = lane;
        _batch = batch;
        _entry = new ScheduleEntry(this) { Locks = _locks };
    }

    /// <summary>Takes the last place for the commands from <paramref name="from"/> on.</summary>
    public void Enter(ShardSchedule schedule, int from)
    {
        _schedule = schedule;
        _from = from;
        _locks.Clear();
        _entry.IsWhole = false;
        for (int at = from; at >= 0; at = _batch.Commands[at].Next)
        {
            ref BatchCommand command = ref _batch.Commands[at];
            _entry.IsWhole |= command.Queue is { } queue ? queue.UsesUnnamedKeys : command.Descriptor.UsesUnnamedKeys;
            HeldShards.AddLocks(_batch, command, _locks);
        }

        KeyLocks.SortOnce(_locks);
        _entry.From = 0;
        _entry.Count = _locks.Count;
        schedule.Append(_entry);
    }

    public void Proceed(ShardBlock shard)
    {
        _schedule!.Remove(_entry);
        try
        {
            _lane.RunRest(shard, _from);
        }
        catch (Exception fault)
        {
            // The shard faults with it, on behalf of another message; the lane is answered here.
            _lane.Refuse(fault);
            throw;
        }
    }

    public void RefuseScheduled(Exception reason) => _lane.Refuse(reason);
}
