namespace DragonflyFlow.Storage.Table;

/// <summary>What a table consists of.</summary>
/// <param name="Count">Records.</param>
/// <param name="Segments">Segments of 4 KiB.</param>
/// <param name="DirectoryDepth">The directory has 2 to this power entries.</param>
/// <param name="SegmentBytes">Bytes of the segments.</param>
/// <param name="DirectoryBytes">Bytes of the directory.</param>
/// <param name="RecordBytes">Bytes of the records, each rounded up to its size class.</param>
public readonly record struct TableStatistics(
    long Count, long Segments, int DirectoryDepth, long SegmentBytes, long DirectoryBytes, long RecordBytes)
{
    /// <summary>The share of slots in use, 0 to 1.</summary>
    public double LoadFactor => Segments == 0 ? 0 : Count / (double)(Segments * Segment.Slots);

    /// <summary>All bytes of the table.</summary>
    public long TotalBytes => SegmentBytes + DirectoryBytes + RecordBytes;
}
