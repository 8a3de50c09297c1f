// Owner: as Batch.cs; TryTakeBack is called by the shards of the lanes, each for its own commands.

using DragonflyFlow.Pipeline.Commands;

namespace DragonflyFlow.Pipeline.Shards;

/// <content>Commands that were routed before a pause of their slots began and came to their shard behind it: they run a second time, and answer in their place.</content>
internal sealed partial class Batch
{
    /// <summary>Whether commands met a pause of their slots, and are to run again: <see cref="DispatchAgain"/>, or <see cref="RefuseSentBack"/>.</summary>
    public bool HasSentBack => _hasSentBack;

    /// <inheritdoc />
    public override bool TryTakeBack(ref BatchCommand command)
    {
        command.IsSentBack = true;
        _hasSentBack = true;
        return true;
    }

    /// <summary>Whether a command that was sent back would be sent back again.</summary>
    public bool IsHeldBy(ClientPause pause)
    {
        foreach (ref readonly BatchCommand command in Commands.AsSpan(0, Count))
        {
            if (command.IsSentBack && pause.HoldsForSlots(command))
                return true;
        }

        return false;
    }

    /// <summary>As <see cref="Dispatch"/>, for those that were sent back: in their order, and their replies stand where they would have stood.</summary>
    public bool DispatchAgain()
    {
        Restart();
        int alone = -1;
        for (int i = 0; i < Count; i++)
        {
            ref BatchCommand command = ref _commands[i];
            if (!command.IsSentBack)
                continue;
            command.IsSentBack = false;
            command.Next = -1;
            if (command.Lane == _lanes.Length)
                alone = i;
            else
                Again(_lanes[command.Lane]!, i);
        }

        if (alone < 0)
            return Dispatch();
        Hold();
        Engine.Concurrency.Submit(new MultiShardCommand(this, _commands[alone]));
        return DropHold();
    }

    /// <summary>Answers those that were sent back: the store stops, or their client has gone.</summary>
    public void RefuseSentBack()
    {
        Restart();
        foreach (ref BatchCommand command in Commands.AsSpan(0, Count))
        {
            if (!command.IsSentBack)
                continue;
            command.IsSentBack = false;
            command.Queue?.Abandon();
            command.Lane = (short)_lanes.Length;
            command.ReplyStart = Local.Length;
            Local.Error(Errors.ShuttingDown);
            command.ReplyLength = Local.Length - command.ReplyStart;
        }
    }

    private void Restart()
    {
        _hasSentBack = false;
        _hasRunAgain = true;
        _lanesTouched = 0;
        foreach (BatchLane? lane in _lanes)
            lane?.Forget();
    }

    private void Again(BatchLane lane, int index)
    {
        _lanesTouched += lane.Count == 0 ? 1 : 0;
        lane.Add(index);
    }
}
