using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Keyspace;

/// <summary>Gives back the segments of a database that has shrunk, a few at a time: scans, walks and random picks would else pass through them all.</summary>
public static class Compaction
{
    private const long SegmentsMin = 8;

    // A segment holds up to 756 records; below a fifth of that on average it is worth the moves.
    private const long RecordsPerSegmentMin = 150;

    /// <summary>Merges up to <paramref name="segmentsMax"/> segments of one sparse database; a message of the shard's block.</summary>
    public static void RunSlice(Keyspace keyspace, int segmentsMax)
    {
        ArgumentNullException.ThrowIfNull(keyspace);
        for (int i = 0; i < keyspace.DatabaseCount; i++)
        {
            Database database = keyspace[i];
            if (!IsSparse(database.Table) && database.CompactionCursor == default)
                continue;
            WalkCursor cursor = database.CompactionCursor;
            database.CompactionCursor = database.Table.Compact(ref cursor, segmentsMax) ? cursor : default;
            return;
        }
    }

    /// <summary>Whether a table holds many more segments than its records need.</summary>
    internal static bool IsSparse(DashTable table)
    {
        TableStatistics statistics = table.Statistics;
        return statistics.Segments >= SegmentsMin && statistics.Count < statistics.Segments * RecordsPerSegmentMin;
    }
}
