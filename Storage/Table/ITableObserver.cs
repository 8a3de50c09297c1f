namespace DragonflyFlow.Storage.Table;

/// <summary>
/// Is told before the table changes what a bucket holds, so that a snapshot can take the old content first (DESIGN rule 13). Called on the
/// owner's thread in the middle of the operation: it reads buckets and stamps epochs; it changes nothing, with the one exception that
/// <see cref="BeforeSplit"/> names.
/// </summary>
public interface ITableObserver
{
    /// <summary>
    /// A record will be added to, changed in, moved into or out of, or removed from this bucket. Also for a bucket that is empty.
    /// </summary>
    void BeforeChange(BucketRef bucket);

    /// <summary>
    /// A segment is full and will be split: its records will be divided and moved among its buckets. Records of it may be removed here
    /// (expired ones, say); if that makes a place, the segment is not split.
    /// </summary>
    void BeforeSplit(SegmentRef segment);
}
