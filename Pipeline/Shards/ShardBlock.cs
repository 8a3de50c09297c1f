// Owner rule: Keyspace and Stats are touched only inside Run, that is by the thread that owns the block. What must happen outside a shard - waking the
// connections whose batches finished here - is collected in Resumptions and done when the block is free again.

using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Journal;
using DragonflyFlow.Pipeline.PubSub;
using DragonflyFlow.Pipeline.Tracking;
using DragonflyFlow.Pipeline.Transactions;
using DragonflyFlow.Pipeline.Waiting;
using DragonflyFlow.Pipeline.Walks;
using DragonflyFlow.Storage.Keyspace;

namespace DragonflyFlow.Pipeline.Shards;

/// <summary>One shard as a dataflow block: messages go in, the keyspace changes, replies go into the messages' own buffers.</summary>
public sealed class ShardBlock : ExclusiveBlock<ShardMessage>
{
    private readonly TimeProvider _time;
    private readonly StoreClock _clock;

    internal ShardBlock(Keyspace keyspace, int commandCount, TimeProvider time, StoreClock clock)
    {
        Keyspace = keyspace;
        Stats = new CommandStats(commandCount, time);
        _time = time;
        _clock = clock;
    }

    /// <summary>What the shard owns.</summary>
    public Keyspace Keyspace { get; }

    /// <summary>The shard's number.</summary>
    public int Index => Keyspace.Index;

    /// <summary>Calls, time and failures of each command on this shard.</summary>
    public CommandStats Stats { get; }

    /// <summary>Counters of the transactions that ran here.</summary>
    internal TransactionStats Transactions { get; } = new();

    /// <summary>Transactions that wait here, with the locks of their keys; null while there are none, which is what a lane checks.</summary>
    internal ShardSchedule? Schedule { get; set; }

    /// <summary>Tells of changes on channels; null while nothing is told.</summary>
    internal KeyspaceNotifier? Notifier { get; set; }

    /// <summary>Keys that clients watch; null while there are none.</summary>
    internal KeyWatches? Watches { get; set; }

    /// <summary>Cluster mode: what is known of each hash slot; null without.</summary>
    internal SlotTable? Slots { get; set; }

    /// <summary>Who has read which keys; null while no client tracks.</summary>
    internal KeyReaders? Readers { get; set; }

    /// <summary>Commands that wait for keys of this shard; null while there are none.</summary>
    internal KeyWaiters? Waiters { get; set; }

    /// <summary>The same object while nobody waits, kept for those who will.</summary>
    internal KeyWaiters? RestingWaiters { get; set; }

    /// <summary>Walks under way (snapshots, streamers); null while there are none, which is what a message checks.</summary>
    internal ShardWalks? Walks { get; set; }

    /// <summary>Whether walks are under way. Any thread: what it says may be over.</summary>
    internal bool IsWalked => Walks is not null;

    /// <summary>Whether a walk has use for time in which threads would sleep. Any thread: what it says may be over.</summary>
    internal bool WantsIdleTime => Walks is { WantsIdleTime: true };

    /// <summary>Walks over the keys of slots that are here now; null while there are none, which is what a message checks.</summary>
    internal SlotTurn[]? SlotTurns { get; set; }

    /// <summary>The shard's changes, numbered, for those who want them; null while nobody does.</summary>
    internal ShardJournal? Journal { get; set; }

    /// <summary>Who holds the shard behind the message that runs; null while nobody does, which is what a message checks.</summary>
    internal IShardKeeper? Keeper { get; set; }

    /// <summary>What is told at the end of each transaction; null while nobody waits for anything, which is what a command checks.</summary>
    internal ITransactionEnd? TransactionEnd { get; set; }

    /// <summary>Where the shard goes on when a thread gives it up with messages left; null is the thread pool. A simulator puts its scheduler here.</summary>
    internal Action<IThreadPoolWorkItem>? HandsOverTo { get; set; }

    /// <summary>Timestamp at which the running message began.</summary>
    internal long RunStarted { get; private set; }

    /// <summary>The clock of everything in the store, as ticks.</summary>
    internal long Timestamp() => _time.GetTimestamp();

    /// <summary>Ticks of a second.</summary>
    internal long TimestampFrequency => _time.TimestampFrequency;

    /// <summary>Posts a message of a transaction that is in the schedule: the shard does not complete before that transaction has left it.</summary>
    internal bool PostScheduled(ShardMessage message) => PostInside(message);

    /// <summary>A transaction on this shard alone has done all it does: its changes go to the journal, and who waits for keys is served.</summary>
    internal void EndTransaction()
    {
        Journal?.Conclude();
        TransactionEnd?.Concluded(this);
    }

    /// <summary>Ends the hold of a transaction on this shard.</summary>
    internal void Free()
    {
        if (Keeper is null || !Keeper.Keeps(this))
            ReleaseHold();
    }

    /// <summary>Ends the hold of the keeper on this shard. Any thread.</summary>
    internal void EndKeep()
    {
        Keeper = null;
        ReleaseHold();
    }

    /// <inheritdoc />
    protected override bool HoldsWork => Schedule is not null;

    /// <inheritdoc />
    protected override void RefuseWork(Exception reason) => Schedule?.RefuseAll(reason);

    /// <inheritdoc />
    protected override bool Run(ShardMessage message)
    {
        Keyspace.Arena.RequireAlive();
        RunStarted = _time.GetTimestamp();
        Keyspace.NowMs = _clock.AtMs(RunStarted);
        Resumptions.EnterShard();
        bool isDone;
        try
        {
            isDone = message.Run(this);
            if (isDone)
                AfterMessage();
        }
        finally
        {
            Readers?.Conclude();
            Resumptions.LeaveShard();
        }

        return isDone && (Keeper is null || !Keeper.Keeps(this));
    }

    // What changes keys without being a command or a transaction (a load) is journaled here.
    private void AfterMessage()
    {
        Journal?.Conclude();
        Walks?.AfterMessage(RunStarted);
        if (SlotTurns is not { } turns)
            return;
        foreach (SlotTurn turn in turns)
            turn.AfterMessage(RunStarted);
    }

    /// <inheritdoc />
    protected override void Refuse(ShardMessage message, Exception reason) => message.Refuse(reason);

    /// <inheritdoc />
    protected override void AfterRelease() => Resumptions.Flush();

    /// <inheritdoc />
    protected override void HandOver(IThreadPoolWorkItem rest)
    {
        if (HandsOverTo is { } to)
            to(rest);
        else
            base.HandOver(rest);
    }
}
