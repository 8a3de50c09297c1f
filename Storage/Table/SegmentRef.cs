namespace DragonflyFlow.Storage.Table;

/// <summary>A segment of a table: 60 home buckets and 3 stash buckets. Valid until the table is cleared, detached or compacted.</summary>
public readonly unsafe struct SegmentRef : IEquatable<SegmentRef>
{
    /// <summary>Buckets of a segment.</summary>
    public const int BucketCount = Table.Segment.Buckets;

    internal SegmentRef(Segment* segment) => Segment = segment;

    /// <summary>Whether this names no segment.</summary>
    public bool IsNone => Segment == null;

    /// <summary>The lowest upper half (32 bits) of the hashes that belong to it.</summary>
    public uint Prefix => Segment->Prefix;

    internal Segment* Segment { get; }

    /// <summary>A bucket by its place, 0 to 62.</summary>
    public BucketRef this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)BucketCount, nameof(index));
            return new BucketRef(Table.Segment.At(Segment, index));
        }
    }

    /// <summary>Same segment.</summary>
    public static bool operator ==(SegmentRef left, SegmentRef right) => left.Equals(right);

    /// <summary>Another segment.</summary>
    public static bool operator !=(SegmentRef left, SegmentRef right) => !left.Equals(right);

    /// <inheritdoc />
    public bool Equals(SegmentRef other) => Segment == other.Segment;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is SegmentRef other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => ((nint)Segment).GetHashCode();
}
