using DragonflyFlow.Pipeline.Commands;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>
/// The commands of a batch that go to one shard. Two look-outs run ahead of the one that is executed (after performance.md 5.3): eight commands ahead the record
/// is brought near, eight further on the bucket. Two cache misses per command overlap with the work of its neighbours instead of adding up. For commands in a row on one big container <see cref="ElementLookOut"/>
/// does the same with its elements.
/// </summary>
internal sealed class BatchLane(Batch batch) : ShardMessage
{
    // Execution of so many commands takes longer than memory does.
    private const int Ahead = 8;

    private readonly ElementLookOut _elements = new(batch);
    private int _first = -1;
    private int _last;
    private long _ticks;
    private ParkedLane? _parked;

    public int Count { get; private set; }

    public ReplyBuffer Reply { get; } = new();

    public void Add(int index)
    {
        if (Count++ == 0)
            _first = index;
        else
            batch.Commands[_last].Next = index;
        _last = index;
    }

    public void Reset()
    {
        if (Count == 0 && Reply.Length == 0)
            return;
        Count = 0;
        Reply.Clear();
    }

    /// <summary>As <see cref="Reset"/>, but what has been answered stays.</summary>
    public void Forget() => Count = 0;

    internal override bool Run(ShardBlock shard)
    {
        _ticks = 0;
        RunFrom(shard, _first, shard.RunStarted, shard.Schedule);
        return true;
    }

    /// <summary>Goes on behind the transaction that was in the way; whatever is scheduled now comes later.</summary>
    internal void RunRest(ShardBlock shard, int from) => RunFrom(shard, from, batch.Engine.Time.GetTimestamp(), schedule: null);

    // To the end, or up to a command whose keys a scheduled transaction has locked: from there on the lane waits in the schedule, so that its order stays.
    private void RunFrom(ShardBlock shard, int at, long started, ShardSchedule? schedule)
    {
        long timedAlone = 0;
        int bucketAt = Count > 1 ? at : -1, recordAt = bucketAt;
        ulong lastHash = 0;
        _elements.Begin();
        for (int i = 0; i < 2 * Ahead && bucketAt >= 0; i++)
            bucketAt = PrefetchBucket(shard, bucketAt);
        for (int i = 0; i < Ahead && recordAt >= 0; i++)
            recordAt = PrefetchRecord(shard, recordAt, ref lastHash);
        while (at >= 0)
        {
            bucketAt = PrefetchBucket(shard, bucketAt);
            recordAt = PrefetchRecord(shard, recordAt, ref lastHash);
            ref BatchCommand command = ref batch.Commands[at];
            if (schedule is not null && !schedule.Admits(batch, command))
            {
                _ticks = batch.Engine.Time.GetTimestamp() - started - timedAlone;
                Park(shard, schedule, at);
                return;
            }

            timedAlone += Execute(shard, ref command);
            shard.EndTransaction();
            at = command.IsSentBack ? SendBack(command.Next) : command.Next;
        }

        CountTime(shard, _ticks + batch.Engine.Time.GetTimestamp() - started - timedAlone);
        batch.LaneDone();
    }

    // What follows a command that waits may use its key: it waits with it.
    private int SendBack(int at)
    {
        for (; at >= 0; at = batch.Commands[at].Next)
        {
            ref BatchCommand command = ref batch.Commands[at];
            batch.TryTakeBack(ref command);
            command.ReplyStart = Reply.Length;
            command.ReplyLength = 0;
        }

        return at;
    }

    private void Park(ShardBlock shard, ShardSchedule schedule, int at)
    {
        shard.Transactions.ParkedLanes++;
        _parked ??= new ParkedLane(this, batch);
        _parked.Enter(schedule, at);
    }

    internal override void Refuse(Exception reason)
    {
        for (int at = _first; at >= 0; at = batch.Commands[at].Next)
        {
            ref BatchCommand command = ref batch.Commands[at];
            command.ReplyStart = Reply.Length;
            Reply.Error(Errors.ShuttingDown);
            command.ReplyLength = Reply.Length - command.ReplyStart;
        }

        batch.LaneDone();
    }

    // The next command of the lane, -1 behind the last.
    private int PrefetchBucket(ShardBlock shard, int at)
    {
        if (at < 0)
            return at;
        ref BatchCommand command = ref batch.Commands[at];
        DashTable table = shard.Keyspace[command.Database].Table;
        table.PrefetchBucket(command.Hash);
        return command.Next;
    }

    // Commands that follow each other on one key need it once.
    private int PrefetchRecord(ShardBlock shard, int at, ref ulong lastHash)
    {
        if (at < 0)
        {
            _elements.FetchNext();
            return at;
        }

        ref BatchCommand command = ref batch.Commands[at];
        if (command.Hash == lastHash)
        {
            _elements.See(shard, ref command);
            return command.Next;
        }

        lastHash = command.Hash;
        shard.Keyspace[command.Database].Table.PrefetchRecord(command.Hash, command.Descriptor.BytesAhead);
        return command.Next;
    }

    // Returns the ticks of a command that is timed by itself, 0 for one whose time is a share of the lane's.
    private long Execute(ShardBlock shard, ref BatchCommand command)
    {
        command.ReplyStart = Reply.Length;
        CommandDescriptor descriptor = command.Descriptor;
        long ticks = 0;
        if (descriptor.IsTimedByBatch)
        {
            CommandRunner.Run(batch, shard, Reply, ref command);
        }
        else
        {
            long started = batch.Engine.Time.GetTimestamp();
            CommandRunner.Run(batch, shard, Reply, ref command);
            ticks = batch.Engine.Time.GetTimestamp() - started;
            shard.Stats.AddTime(descriptor.Id, ticks);
            if (!descriptor.Has(CommandFlags.SkipSlowlog))
                batch.Engine.Slowlog.Consider(batch, command, ticks);
        }

        command.ReplyLength = Reply.Length - command.ReplyStart;
        return ticks;
    }

    // Light commands share the lane's time: two clock readings a command would cost a fifth of a GET.
    private void CountTime(ShardBlock shard, long ticks)
    {
        long share = ticks / Count;
        int bucket = shard.Stats.BucketOf(share);
        for (int at = _first; at >= 0;)
        {
            CommandDescriptor descriptor = batch.Commands[at].Descriptor;
            int runs = 0;
            for (; at >= 0 && ReferenceEquals(batch.Commands[at].Descriptor, descriptor); at = batch.Commands[at].Next)
                runs++;
            if (descriptor.IsTimedByBatch)
                shard.Stats.AddTime(descriptor.Id, share, bucket, runs);
        }

        if (Count == 1 && batch.Commands[_first].Descriptor.IsTimedByBatch)
            batch.Engine.Slowlog.Consider(batch, batch.Commands[_first], ticks);
    }
}
