namespace DragonflyFlow.Storage.Table;

/// <summary>
/// A physical bucket of a table. Valid until the table is cleared, detached or compacted: a split divides what is in a bucket but never
/// moves it.
/// </summary>
public readonly unsafe struct BucketRef : IEquatable<BucketRef>
{
    internal BucketRef(Bucket* bucket) => Bucket = bucket;

    /// <summary>Whether this names no bucket.</summary>
    public bool IsNone => Bucket == null;

    /// <summary>Its place in the segment: 0 to 59 are home buckets, 60 to 62 stash buckets.</summary>
    public int Index => Table.Segment.IndexOf(Bucket);

    /// <summary>The segment that it is in.</summary>
    public SegmentRef Segment => new(Table.Segment.Of(Bucket));

    /// <summary>Records in it.</summary>
    public int Count => Bucket->Count;

    internal Bucket* Bucket { get; }

    /// <summary>Same bucket.</summary>
    public static bool operator ==(BucketRef left, BucketRef right) => left.Equals(right);

    /// <summary>Another bucket.</summary>
    public static bool operator !=(BucketRef left, BucketRef right) => !left.Equals(right);

    /// <inheritdoc />
    public bool Equals(BucketRef other) => Bucket == other.Bucket;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is BucketRef other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => ((nint)Bucket).GetHashCode();
}
