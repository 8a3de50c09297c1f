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

    /// <summary>Whether the source has written to slots that the target had taken: it said so, and only a configuration could decide.</summary>
    public bool IsInDoubt { get; private set; }

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
        LookForDoubt();
        _ = (Outgoing, Incoming);
        HasMoved = hasMoved;
        IsSettled = true;
    }

    /// <summary>Looks whether both sides take writes.</summary>
    public void LookForDoubt() => IsInDoubt |= Incoming?.State == MigrationState.Finished && Outgoing is { State: not MigrationState.Finished } source
        && (source.LastError == HandOver.DoubtText || (!from.IsStopping && from.Process.Engine.Pause.Slots.Intersect(slots).IsEmpty));
}
