namespace DragonflyFlow.Storage.Table;

/// <summary>
/// Is told before the table changes what a bucket holds, so that a snapshot can take the old content first (DESIGN rule 13). Called on the
/// owner's thread in the middle of the operation: it reads buckets and stamps epochs; it changes nothing, with the one exception that
/// <see cref="BeforeSplit"/> names.
/// </summary>
public interface ITableObserver
{
    /// <summary>Records will be moved within, into or out of this bucket, or all of them removed. Also for a bucket that is empty.</summary>
    void BeforeChange(BucketRef bucket);

    /// <summary>One record will be changed or removed; the others of its bucket stay as and where they are.</summary>
    void BeforeChange(Slot slot) => BeforeChange(slot.BucketRef);

    /// <summary>A record will be put at this place, which is vacant; the others of its bucket stay as and where they are. There is nothing to be read yet.</summary>
    void BeforeInsert(Slot place) => BeforeChange(place.BucketRef);

    /// <summary>
    /// A segment is full and will be split: its records will be divided and moved among its buckets. Records of it may be removed here
    /// (expired ones, say); if that makes a place, the segment is not split.
    /// </summary>
    void BeforeSplit(SegmentRef segment);
}
