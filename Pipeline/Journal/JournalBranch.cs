// Owner: the shard, but for _fault, which is set once by anybody, and RoomCame and Fault, which any thread may call.

using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Journal;

/// <summary>A consumer's registration at one shard's journal.</summary>
internal sealed class JournalBranch : IIntakeBound
{
    private readonly ShardJournal _journal;
    private readonly IJournalConsumer _consumer;
    private readonly ShardBlock _shard;
    private readonly IntakePause _pause;
    private Exception? _fault;

    public JournalBranch(ShardJournal journal, ShardBlock shard, IJournalConsumer consumer, long afterLsn, TimeProvider time, TimeSpan deadline)
    {
        _journal = journal;
        _shard = shard;
        _consumer = consumer;
        AfterLsn = afterLsn;
        _pause = new IntakePause(shard, this, time, deadline);
    }

    /// <summary>The consumer's name.</summary>
    public string Name => _consumer.Name;

    /// <summary>The LSN of the last change that it is not given: the shard's state at its registration has it and all before.</summary>
    public long AfterLsn { get; }

    /// <summary>Whether it is given nothing any more.</summary>
    public bool HasEnded { get; private set; }

    /// <inheritdoc />
    public bool HasRoom => Volatile.Read(ref _fault) is not null || _consumer.HasRoom;

    /// <summary>The consumer has room again, or has ended. Any thread.</summary>
    public void RoomCame() => _pause.EndIfThereIsRoom();

    /// <summary>Takes the consumer off, in a step of the shard; false if that was done before.</summary>
    public bool End()
    {
        if (HasEnded)
            return false;
        HasEnded = true;
        _journal.Remove(this);
        return true;
    }

    /// <summary>Faults the consumer, once; the shard takes it off. Any thread.</summary>
    public void Fault(Exception reason)
    {
        if (Interlocked.CompareExchange(ref _fault, reason, null) is not null)
            return;
        _consumer.Fault(reason);
        // A shard that takes no more work changes no more.
        _ = _shard.Post(new ShardAction(_ => End()));
    }

    public void Give(in JournalRecord record)
    {
        if (Volatile.Read(ref _fault) is not null)
            return;
        try
        {
            _consumer.Take(record);
        }
        catch (Exception bug) when (bug is not Storage.Memory.ArenaCheckException)
        {
            Fault(bug);
        }
    }

    /// <summary>After all consumers have taken all of a transaction.</summary>
    public void RestIfFull()
    {
        if (!HasRoom)
            _pause.Begin();
    }
}
