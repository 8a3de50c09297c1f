using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Migration;

namespace DragonflyFlow.Tests.Simulator.Nodes;

/// <summary>A migration that the manager has declared.</summary>
/// <param name="from">The source.</param>
/// <param name="to">The target.</param>
/// <param name="slots">What moves.</param>
internal sealed class Move(SimNode from, SimNode to, SlotSet slots)
{
    private OutgoingProgress? _outgoing;
    private IncomingProgress? _incoming;

    public SimNode From => from;

    public SimNode To => to;

    public SlotSet Slots => slots;

    /// <summary>Whether the manager knows whose the slots are.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Whether they are the target's.</summary>
    public bool HasMoved { get; private set; }

    /// <summary>Whether the manager has decided without the target, which had ended: what that had acknowledged is lost.</summary>
    public bool IsForced { get; set; }

    /// <summary>Whether both sides take writes, which they must not at any moment.</summary>
    public bool IsDoubled => !from.IsStopping && !to.IsStopping && Incoming?.State == MigrationState.Finished
        && !WrittenTo(from).Intersect(WrittenTo(to)).Intersect(slots).IsEmpty;

    /// <summary>The watch for that, so that it is nobody's detached work.</summary>
    public Task Watching { get; set; } = Task.CompletedTask;

    /// <summary>The source's side; null if it was never told of it. When it is settled nothing is looked for any more: the node may have another process by then.</summary>
    public OutgoingProgress? Outgoing => _outgoing ??= IsSettled ? null : from.Migrations.Outgoing.FirstOrDefault(known => known.Declared.NodeId == to.Id && known.Declared.Slots.Equals(slots))?.Progress;

    /// <summary>The target's side; null if it was never told of it.</summary>
    public IncomingProgress? Incoming => _incoming ??= IsSettled ? null : to.Migrations.Incoming.FirstOrDefault(known => known.SourceId == from.Id && known.Declared.Slots.Equals(slots))?.Progress;

    /// <summary>Whether the source is through with it.</summary>
    public bool IsOver => Outgoing?.State.IsOver() == true;

    /// <summary>Notes whose the slots are.</summary>
    public void Settle(bool hasMoved)
    {
        _ = (Outgoing, Incoming);
        HasMoved = hasMoved;
        IsSettled = true;
    }

    private static SlotSet WrittenTo(SimNode node) => node.Process.Engine.Cluster!.View.Held.Except(node.Process.Engine.Pause.Slots);
}
