using System.Numerics;

namespace DragonflyFlow.Storage.Table;

/// <summary>Buckets of one segment, for instance those that an insert will touch. Enumerates without allocating.</summary>
public struct BucketSet
{
    private ulong _left;

    internal BucketSet(SegmentRef segment, ulong mask, bool splits)
    {
        Segment = segment;
        Mask = _left = mask;
        Splits = splits;
    }

    /// <summary>The segment; none if the set is empty because the table is.</summary>
    public SegmentRef Segment { get; }

    /// <summary>The buckets, one bit each.</summary>
    public ulong Mask { get; }

    /// <summary>Whether the segment will be split.</summary>
    public bool Splits { get; }

    /// <summary>The bucket that the enumeration is at.</summary>
    public BucketRef Current { readonly get; private set; }

    /// <summary>Whether a bucket is in the set.</summary>
    public readonly bool Contains(BucketRef bucket) => !Segment.IsNone && bucket.Segment == Segment && ((Mask >> bucket.Index) & 1) != 0;

    /// <summary>An enumeration of the buckets.</summary>
    public readonly BucketSet GetEnumerator() => new(Segment, Mask, Splits);

    /// <summary>To the next bucket.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
            return false;
        Current = Segment[BitOperations.TrailingZeroCount(_left)];
        _left &= _left - 1;
        return true;
    }
}
