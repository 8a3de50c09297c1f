// Concurrency rule: changed while all shards are held, with the view; the lists are replaced as a whole and read by anybody.

using DragonflyFlow.Pipeline.Cluster;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>A migration away from this node, from its first configuration to the one that leaves it out.</summary>
/// <param name="Declared">Slots and target.</param>
/// <param name="Progress">How far it is.</param>
public sealed record OutgoingMigration(SlotMigration Declared, OutgoingProgress Progress);

/// <summary>A migration to this node.</summary>
/// <param name="SourceId">The node the slots come from.</param>
/// <param name="Declared">Slots.</param>
/// <param name="Progress">How far it is.</param>
public sealed record IncomingMigration(string SourceId, SlotMigration Declared, IncomingProgress Progress);

/// <summary>
/// The migrations of the present configuration. One that is declared as before goes on with its state; one that is not there any more, or with other slots, is
/// cancelled.
/// </summary>
public sealed class MigrationRegister
{
    private volatile OutgoingMigration[] _outgoing = [];
    private volatile IncomingMigration[] _incoming = [];

    /// <summary>Migrations away from this node.</summary>
    public IReadOnlyList<OutgoingMigration> Outgoing => _outgoing;

    /// <summary>Migrations to this node.</summary>
    public IReadOnlyList<IncomingMigration> Incoming => _incoming;

    /// <summary>Whether keys of slots come in now.</summary>
    public bool IsReceiving => Array.Exists(_incoming, static migration => migration.Progress.State == MigrationState.Sync);

    /// <summary>The migration that a source speaks of; null if the configuration has none from it.</summary>
    public IncomingMigration? From(string sourceId) => Array.Find(_incoming, migration => migration.SourceId == sourceId);

    /// <summary>Follows a new configuration.</summary>
    public void Update(ClusterView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        OutgoingMigration[] outgoing =
        [
            .. view.Outgoing.Select(declared => Array.Find(_outgoing, known => IsSame(known.Declared, declared)) ?? new OutgoingMigration(declared, new OutgoingProgress())),
        ];
        IncomingMigration[] incoming =
        [
            .. view.Incoming.Select(declared =>
                Array.Find(_incoming, known => known.SourceId == declared.Source.Id && IsSame(known.Declared, declared.Migration))
                ?? new IncomingMigration(declared.Source.Id, declared.Migration, new IncomingProgress())),
        ];
        foreach (OutgoingMigration gone in _outgoing.Except(outgoing))
            gone.Progress.Cancel();
        foreach (IncomingMigration gone in _incoming.Except(incoming))
            gone.Progress.Cancel();
        _outgoing = outgoing;
        _incoming = incoming;
    }

    /// <summary>
    /// Why a configuration cannot be taken over now: it leaves to this node slots that a target is being asked to take, and may have taken, with writes that
    /// it has acknowledged. Null if nothing is undecided.
    /// </summary>
    public string? WhatIsUndecided(ClusterView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        foreach (OutgoingMigration migration in _outgoing)
        {
            SlotMigration declared = migration.Declared;
            if (!migration.Progress.IsUndecided || view.Outgoing.Any(again => IsSame(declared, again)))
                continue;
            SlotSet back = view.Held.Intersect(declared.Slots);
            if (!back.IsEmpty)
                return $"slots {back} are being handed over to {declared.NodeId}, which has not said yet whether it has them (CONFIG with FORCE does not wait for that)";
        }

        return null;
    }

    /// <summary>
    /// Why a configuration cannot be taken over: it gives back to this node slots that it has handed over, whose keys are the target's now. Who takes a migration back asks
    /// its source first: either it has not finished and is cancelled, or this says that it has. Null if nothing would be lost.
    /// </summary>
    public string? WhatIsLost(ClusterView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        foreach (OutgoingMigration migration in _outgoing)
        {
            if (migration.Progress.State != MigrationState.Finished || view.Outgoing.Any(declared => IsSame(migration.Declared, declared)))
                continue;
            SlotSet back = view.Held.Intersect(migration.Declared.Slots);
            if (!back.IsEmpty)
                return $"slots {back} have been handed over to {migration.Declared.NodeId}, and this node has their keys no more";
        }

        return null;
    }

    /// <summary>
    /// Why a configuration cannot be taken over: it gives slots back to the node that has handed them over to this one, as it does not know of that, or came too late to take the migration back; their
    /// keys are here alone. Null if nothing would be lost.
    /// </summary>
    public string? WhatIsTaken(ClusterView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        foreach (IncomingMigration migration in _incoming)
        {
            if (migration.Progress.State != MigrationState.Finished || view.Incoming.Any(declared => declared.Source.Id == migration.SourceId && IsSame(migration.Declared, declared.Migration)))
                continue;
            SlotSet back = view.SlotsOf(migration.SourceId).Intersect(migration.Declared.Slots);
            if (!back.IsEmpty)
                return $"slots {back} have been handed over to this node by {migration.SourceId}, which has their keys no more (CONFIG with FORCE gives them up)";
        }

        return null;
    }

    private static bool IsSame(SlotMigration known, SlotMigration declared)
        => known.NodeId == declared.NodeId && known.Ip == declared.Ip && known.Port == declared.Port && known.Slots.Equals(declared.Slots);
}
