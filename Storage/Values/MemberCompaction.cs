using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Storage.Values;

/// <summary>
/// Gives back the segments of a big container that has shrunk, a little with every so many removals: walks, scans and random picks would else pass through
/// them all. A field of the container.
/// </summary>
internal struct MemberCompaction
{
    private const int RemovalsPerStep = 32;
    private const int SegmentsPerStep = 2;

    private WalkCursor _cursor;
    private int _removals;

    /// <summary>After a removal; slots of the table are void.</summary>
    public void Removed(DashTable table)
    {
        if (++_removals < RemovalsPerStep)
            return;
        _removals = 0;
        if (!Compaction.IsSparse(table) || !table.Compact(ref _cursor, SegmentsPerStep))
            _cursor = default;
    }
}
