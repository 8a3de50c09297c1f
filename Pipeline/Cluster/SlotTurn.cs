// Owner: the shard. Messages and HasEnded are read by the walk that drives it. At most one slice of it is in the shard's queue.

using DragonflyFlow.Pipeline.Shards;
using DragonflyFlow.Pipeline.Walks;

namespace DragonflyFlow.Pipeline.Cluster;

/// <summary>
/// A walk over keys while it is on one shard. As with the walks of snapshots, on a busy shard the thread that has just run a message posts the next slice when the budget allows
/// it; slices that another thread posts would make that thread own the shard by turns, and those who serve would queue behind it.
/// </summary>
internal sealed class SlotTurn(SlotWalk walk, ShardBlock shard) : ShardMessage
{
    // A slice in the units of the budget, and what it may take before any has been measured.
    private const int UnitsPerSlice = 64;
    private const int SliceMicroseconds = 50;
    private const int SlicesPerBurst = 64;

    private readonly WalkBudget _budget = new((double)shard.TimestampFrequency * SliceMicroseconds / 1_000_000 / UnitsPerSlice) { Share = walk.Share };
    private bool _isInQueue;
    private bool _isSlice;
    private long _messages;
    private bool _hasEnded;

    /// <summary>Messages of others that the shard has run meanwhile.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Whether there is nothing more to do here.</summary>
    public bool HasEnded => Volatile.Read(ref _hasEnded);

    /// <summary>From the next message on; in a step of the shard.</summary>
    public void Enter() => shard.SlotTurns = [.. shard.SlotTurns ?? [], this];

    /// <summary>No slice follows; in a step of the shard.</summary>
    public void Leave()
    {
        Volatile.Write(ref _hasEnded, true);
        SlotTurn[] others = Array.FindAll(shard.SlotTurns ?? [], turn => turn != this);
        shard.SlotTurns = others.Length == 0 ? null : others;
    }

    /// <summary>After a message of the shard: the next slice, if the budget allows it. A slice is no message of others.</summary>
    public void AfterMessage(long now)
    {
        if (_isSlice)
        {
            _isSlice = false;
            return;
        }

        Volatile.Write(ref _messages, _messages + 1);
        if (_budget.Allows(now) && !_isInQueue && !_hasEnded)
            _isInQueue = shard.Post(this);
    }

    /// <summary>Runs slices on a shard that nobody asks for anything, until somebody does; in a step of the shard.</summary>
    public void RunBurst()
    {
        for (int slices = 0; slices < SlicesPerBurst && !shard.IsWaitedFor && RunSlice(); slices++)
        {
        }

        _budget.Forgive();
    }

    /// <summary>Runs a slice; false if there is nothing more to do. In a step of the shard.</summary>
    public bool RunSlice()
    {
        _isSlice = true;
        if (_hasEnded)
            return false;
        long began = shard.Timestamp();
        bool hasMore = walk.TakeSlice(shard);
        _budget.Sliced(UnitsPerSlice, shard.Timestamp() - began);
        _budget.Charge(UnitsPerSlice);
        if (!hasMore)
            Volatile.Write(ref _hasEnded, true);
        return hasMore;
    }

    internal override bool Run(ShardBlock owner)
    {
        _isInQueue = false;
        RunSlice();
        return true;
    }

    // The walk finds out by a message of its own.
    internal override void Refuse(Exception reason) => _isInQueue = false;
}
