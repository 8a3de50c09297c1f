// Owner: the transaction while it sends the part (nothing of it is on the shard then), the shard while it runs and while its entry waits there. Each task that
// was sent is answered once.

using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Transactions;

/// <summary>What a part is sent to do on its shard.</summary>
internal enum PartTask
{
    /// <summary>Take a place and locks; answered at once.</summary>
    Schedule,

    /// <summary>Give them up again; answered at once.</summary>
    Withdraw,

    /// <summary>Wait for the turn; answered when it has come.</summary>
    Await,

    /// <summary>Run what this shard has to do in the hop, at once if its locks were free, else when its turn has come; answered then.</summary>
    Hop,

    /// <summary>Of a transaction of this shard alone: run, at once if nothing is in the way, else when its turn has come.</summary>
    Alone,
}

/// <summary>A transaction on one of its shards: the message that goes there, and the place it has there.</summary>
internal sealed class VllPart : ShardMessage, IScheduled
{
    private readonly VllTransaction _transaction;
    private readonly ShardSchedule _schedule;
    private bool _owesAnswer;

    public VllPart(VllTransaction transaction, ShardBlock shard, ShardSchedule schedule)
    {
        _transaction = transaction;
        _schedule = schedule;
        Shard = shard;
        Entry = new ScheduleEntry(this);
    }

    public ShardBlock Shard { get; }

    public ScheduleEntry Entry { get; }

    /// <summary>What it was sent for last.</summary>
    public PartTask Task { get; private set; }

    /// <summary>Sends it; false if the shard does not take it.</summary>
    public bool Send(PartTask task)
    {
        Task = task;
        _owesAnswer = true;
        if (task is PartTask.Schedule or PartTask.Alone ? Shard.Post(this) : Shard.PostScheduled(this))
            return true;
        _owesAnswer = false;
        return false;
    }

    internal override bool Run(ShardBlock shard)
    {
        switch (Task)
        {
            case PartTask.Schedule:
                shard.Transactions.Scheduled++;
                _schedule.TryAdd(Entry, _transaction.Id);
                Answer();
                break;
            case PartTask.Withdraw:
                _schedule.Remove(Entry);
                Answer();
                _schedule.Poll();
                break;
            case PartTask.Await:
                Entry.IsArmed = true;
                _schedule.Poll();
                break;
            case PartTask.Hop:
                Entry.IsArmed = true;
                if (Entry.IsGranted)
                    Proceed(shard);
                _schedule.Poll();
                break;
            case PartTask.Alone:
                RunAloneOrWait(shard);
                break;
        }

        return true;
    }

    internal override void Refuse(Exception reason)
    {
        _transaction.NoteRefusal(reason);
        Answer();
    }

    public void Proceed(ShardBlock shard)
    {
        Entry.IsArmed = false;
        try
        {
            if (Task == PartTask.Hop)
                RunHop(shard);
            else if (Task == PartTask.Alone)
                RunAlone(shard);
        }
        catch (Exception fault)
        {
            // The shard faults with it, on behalf of another message perhaps; this one is answered here.
            Refuse(fault);
            throw;
        }

        Answer();
    }

    public void RefuseScheduled(Exception reason)
    {
        _transaction.NoteRefusal(reason);
        // Else a message of it is on its way here, and is refused in its turn; or nothing of it is, and the transaction sees that it has no place any more.
        if (Entry.IsArmed)
            Answer();
    }

    private void RunHop(ShardBlock shard)
    {
        bool isLast = _transaction.IsLastHop;
        if (isLast)
            _schedule.Commit(Entry);
        shard.Transactions.Hops++;
        if (isLast && _transaction.IsFirst(this))
            shard.Transactions.CountConcluded(_transaction.Work.IsGlobal);
        _transaction.Work.RunPart(shard, _transaction.Hop);
        if (isLast)
            shard.EndTransaction();
    }

    private void RunAloneOrWait(ShardBlock shard)
    {
        if (shard.Schedule is null || _schedule.IsFree(_transaction.EntryWithLocks(this)))
        {
            shard.Transactions.AtOnce++;
            Proceed(shard);
        }
        else
        {
            _schedule.Append(Entry);
        }
    }

    private void RunAlone(ShardBlock shard)
    {
        _schedule.Remove(Entry);
        shard.Transactions.Hops++;
        shard.Transactions.CountConcluded(_transaction.Work.IsGlobal);
        _transaction.Work.Run();
        shard.EndTransaction();
    }

    private void Answer()
    {
        if (!_owesAnswer)
            return;
        _owesAnswer = false;
        _transaction.Answered();
    }
}
