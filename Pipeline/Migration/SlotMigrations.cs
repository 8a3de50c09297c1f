// Concurrency rule: Follow is called while all shards are held, with the view; _lock guards the two tables, which commands and a stop look into.

using DragonflyFlow.Pipeline.Cluster;
using DragonflyFlow.Pipeline.Flow;
using DragonflyFlow.Pipeline.Shards;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>The migrations of a node as they run: a source for each that leads away from it, a target for each that leads to it.</summary>
internal sealed class SlotMigrations(StoreEngine engine, ClusterNode node)
{
    /// <summary>What is said of migrations away from a node that cannot reach others.</summary>
    public const string NoNetwork = "this store has no network to move slots through";

    private readonly Lock _lock = new();
    private readonly Dictionary<IncomingMigration, MigrationTarget> _targets = [];
    private MigrationSource[] _sources = [];
    private Gate? _gate;
    private long _begun;

    /// <summary>Migrations away from this node, those too that were cancelled and have not ended yet.</summary>
    public IReadOnlyList<MigrationSource> Sources => Volatile.Read(ref _sources);

    /// <summary>Gives migrations to this node their place in the graph; those away from it come and go as blocks of their own.</summary>
    public Gate Join(FlowGraph graph, params IFlowBlock[] from)
    {
        _gate = graph.AddGate("incoming-migrations", Stage.Drivers, Upstreams.Of(from), Stop);
        return _gate;
    }

    /// <summary>A configuration was taken over: what it has no more is cancelled, what is new begins, when the former has ended and lost slots are flushed.</summary>
    public void Follow()
    {
        lock (_lock)
        {
            List<MigrationSource> sources = [.. _sources.Where(source => !source.Completion.IsCompleted || node.Migrations.Outgoing.Contains(source.Migration))];
            foreach (MigrationSource gone in sources.Where(source => !node.Migrations.Outgoing.Contains(source.Migration)))
                gone.Cancel("a configuration has taken the migration back");
            Task before = Task.WhenAll(sources.Where(source => source.Migration.Progress.State.IsOver()).Select(source => source.Completion));
            foreach (OutgoingMigration migration in node.Migrations.Outgoing.Where(migration => !sources.Exists(source => ReferenceEquals(source.Migration, migration))))
            {
                if (engine.Options.Network is not { } network || engine.Graph is null)
                    continue;
                MigrationSource source = new(engine, network, migration);
                sources.Add(source);
                source.Start($"migration-{++_begun}", before);
            }

            Volatile.Write(ref _sources, [.. sources]);
            foreach ((IncomingMigration migration, MigrationTarget target) in _targets.Where(pair => !node.Migrations.Incoming.Contains(pair.Key)).ToArray())
            {
                target.End("a configuration has taken the migration back");
                _targets.Remove(migration);
            }
        }
    }

    /// <summary>The target's side of the migration that a source speaks of; null if the configuration has none from it.</summary>
    public MigrationTarget? TargetOf(string sourceId)
    {
        lock (_lock)
        {
            if (_gate is null || node.Migrations.From(sourceId) is not { } migration)
                return null;
            if (!_targets.TryGetValue(migration, out MigrationTarget? target))
                _targets.Add(migration, target = new MigrationTarget(engine, migration, _gate));
            return target;
        }
    }

    /// <summary>The source's side of a migration; null if it has none.</summary>
    public MigrationSource? SourceOf(OutgoingMigration migration) => Array.Find(Volatile.Read(ref _sources), source => ReferenceEquals(source.Migration, migration));

    /// <summary>Keys went otherwise than by changes of their own (FLUSHALL, FLUSHSLOTS): the rounds of these slots begin anew (fault F07). All shards are held.</summary>
    public void Restart(SlotSet slots, string reason)
    {
        foreach (MigrationSource source in Sources)
        {
            if (!source.Migration.Declared.Slots.Intersect(slots).IsEmpty)
                source.Restart(reason);
        }

        // What has come of a round is gone here, and is the source's still.
        foreach (MigrationTarget target in Targets())
        {
            if (!target.Slots.Intersect(slots).IsEmpty)
                target.Fail(target.Progress.Round, reason);
        }
    }

    private void Stop()
    {
        foreach (MigrationTarget target in Targets())
            target.End("the node stops");
    }

    private MigrationTarget[] Targets()
    {
        lock (_lock)
            return [.. _targets.Values];
    }
}
