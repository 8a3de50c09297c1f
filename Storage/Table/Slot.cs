namespace DragonflyFlow.Storage.Table;

/// <summary>
/// A place in a table, and the record there. Valid until the next Insert, Touch, Compact, Detach or Clear of that table, and until its
/// record is removed (the removal of others leaves it). Changes of the record's length or expiry take the slot by reference because the
/// record may move: copies of the slot are void then.
/// </summary>
public readonly unsafe struct Slot
{
    private readonly nuint _bucketAndIndex; // a bucket is aligned to 64, so its address has room for an index below 12

    internal Slot(Bucket* bucket, int index, byte* record)
    {
        _bucketAndIndex = (nuint)bucket | (uint)index;
        Record = record;
    }

    /// <summary>Whether this names no place.</summary>
    public bool IsNone => _bucketAndIndex == 0;

    /// <summary>The physical bucket that the record is in.</summary>
    public BucketRef BucketRef => new(Bucket);

    internal Bucket* Bucket => (Bucket*)(_bucketAndIndex & ~(nuint)63);

    internal int Index => (int)(_bucketAndIndex & 63);

    internal byte* Record { get; }
}
