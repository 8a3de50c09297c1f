using DragonflyFlow.Pipeline.Cluster;

namespace DragonflyFlow.Pipeline.Migration;

/// <summary>What is told of one migration.</summary>
/// <param name="Direction">"out" or "in".</param>
/// <param name="Peer">The other node.</param>
/// <param name="State">How far it is.</param>
/// <param name="Keys">Keys that the present round, or the last one, has moved; of one to this node: keys and changes that have come.</param>
/// <param name="Bytes">Bytes of those; 0 for one to this node.</param>
/// <param name="DurationMs">Milliseconds of that round; 0 for one to this node.</param>
/// <param name="Error">Why the last round failed; null if none has.</param>
/// <param name="Slots">The slots.</param>
internal sealed record MigrationRow(string Direction, string Peer, MigrationState State, long Keys, long Bytes, long DurationMs, string? Error, SlotSet Slots)
{
    /// <summary>All migrations of the present configuration; a moment's reading.</summary>
    public static IEnumerable<MigrationRow> All(ClusterNode node)
    {
        foreach (IncomingMigration migration in node.Migrations.Incoming)
        {
            IncomingProgress progress = migration.Progress;
            long frames = node.Streams.TargetOf(migration.SourceId)?.Frames ?? 0;
            yield return new MigrationRow("in", migration.SourceId, progress.State, frames, 0, 0, progress.LastError, migration.Declared.Slots);
        }

        foreach (OutgoingMigration migration in node.Migrations.Outgoing)
        {
            OutgoingProgress progress = migration.Progress;
            MigrationSource? source = node.Streams.SourceOf(migration);
            (long keys, _, long bytes) = source?.Moved ?? default;
            string? error = source is null ? SlotMigrations.NoNetwork : progress.LastError;
            yield return new MigrationRow("out", migration.Declared.NodeId, progress.State, keys, bytes, (long)(source?.Duration.TotalMilliseconds ?? 0), error, migration.Declared.Slots);
        }
    }
}
