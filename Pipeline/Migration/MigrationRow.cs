using DragonflyFlow.Pipeline.Cluster;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>What is told of one migration.</summary>
internal sealed record MigrationRow(string Direction, string Peer, MigrationState State, SlotSet Slots)
{
    /// <summary>The present round, or the last one.</summary>
    public int Round { get; init; }

    /// <summary>The present attempt to hand over, or the last one; 0 for a migration to this node.</summary>
    public long Attempt { get; init; }

    /// <summary>Keys that the round has moved; of a migration to this node: keys and changes that have come in all rounds.</summary>
    public long Keys { get; init; }

    /// <summary>Changes that the round has sent behind them; 0 for a migration to this node.</summary>
    public long Changes { get; init; }

    /// <summary>Bytes of keys and changes; 0 for a migration to this node.</summary>
    public long Bytes { get; init; }

    /// <summary>The most bytes that have waited in memory to be written; 0 for a migration to this node.</summary>
    public long BytesWaitingMax { get; init; }

    /// <summary>Milliseconds that the round has lasted; 0 for a migration to this node.</summary>
    public long DurationMs { get; init; }

    /// <summary>Milliseconds that writes waited at the hand-over, so far; 0 before it.</summary>
    public long PausedMs { get; init; }

    /// <summary>Why the last round failed; null if none has.</summary>
    public string? Error { get; init; }

    /// <summary>All migrations of the present configuration; a moment's reading.</summary>
    public static IEnumerable<MigrationRow> All(ClusterNode node)
    {
        foreach (IncomingMigration migration in node.Migrations.Incoming)
        {
            yield return new MigrationRow("in", migration.SourceId, migration.Progress.State, migration.Declared.Slots)
            {
                Round = migration.Progress.Round,
                Keys = node.Streams.TargetOf(migration.SourceId)?.Frames ?? 0,
                Error = migration.Progress.LastError,
            };
        }

        foreach (OutgoingMigration migration in node.Migrations.Outgoing)
            yield return OfOutgoing(node.Streams.SourceOf(migration), migration);
    }

    private static MigrationRow OfOutgoing(MigrationSource? source, OutgoingMigration migration)
    {
        (long keys, long changes, long bytes) = source?.Moved ?? default;
        return new MigrationRow("out", migration.Declared.NodeId, migration.Progress.State, migration.Declared.Slots)
        {
            Round = migration.Progress.Round,
            Attempt = migration.Progress.Attempt,
            Keys = keys,
            Changes = changes,
            Bytes = bytes,
            BytesWaitingMax = source?.BytesWaitingMax ?? 0,
            DurationMs = (long)(source?.Duration.TotalMilliseconds ?? 0),
            PausedMs = (long)(source?.Paused.TotalMilliseconds ?? 0),
            Error = source is null ? SlotMigrations.NoNetwork : migration.Progress.LastError,
        };
    }
}
