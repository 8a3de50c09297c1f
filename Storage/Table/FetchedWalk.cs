namespace DragonflyFlow.Storage.Table;

/// <summary>A walk through a table that does not change, which fetches the records of some buckets ahead: they lie anywhere in memory, and their misses overlap.</summary>
internal struct FetchedWalk(DashTable table)
{
    private const int BucketsAhead = 4;

    private WalkCursor _cursor;
    private WalkCursor _ahead;

    /// <summary>The next bucket; false at the end.</summary>
    public bool TryNext(out BucketRef bucket)
    {
        for (int buckets = _cursor == default ? BucketsAhead : 1; buckets > 0 && table.TryWalk(ref _ahead, out BucketRef coming); buckets--)
            table.PrefetchRecords(table.SlotsOf(coming));
        return table.TryWalk(ref _cursor, out bucket);
    }
}
