using System.Runtime.CompilerServices;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// Marks: places of buckets that this epoch is after, whose records need not be taken any more: they were taken one by one, or came after the epoch began. 12 bits a bucket, kept
/// beside the table for the segments in which there are any. A bucket's marks mean nothing once it is stamped, and nothing untaken is ever moved to another bucket.
/// </summary>
public sealed unsafe partial class TableEpoch
{
    // By the leading bits of a segment's prefix, as in the directory. A segment that is split later has been taken whole.
    private ushort[]?[]? _marks;
    private int _marksShift;

    /// <summary>Marks a place; false, and nothing is to be done about it, if its bucket is stamped with this epoch or a newer one, or it was marked before.</summary>
    public bool TryMark(Slot place)
    {
        if (!IsAfter(place.BucketRef))
            return false;
        ref ushort marks = ref MarksOf(place.Bucket);
        ushort mark = (ushort)(1 << place.Index);
        if ((marks & mark) != 0)
            return false;
        marks |= mark;
        return true;
    }

    /// <summary>Leaves the marked ones out of what is left of the records of a bucket that this epoch is after.</summary>
    public void LeaveOutMarked(ref BucketSlots records)
    {
        if (_marks?[IndexOf(records.Bucket)] is { } marks)
            records.LeaveOut(marks[Segment.IndexOf(records.Bucket)]);
    }

    /// <summary>Brings the marks of the home of a hash towards the cache. By the hash alone: the head of the segment may be on its way itself.</summary>
    internal void PrefetchMarks(ulong hash)
    {
        if (_marks is null)
            return;
        int index = (int)(hash >> 32 >> _marksShift);
        // Most segments have the directory's depth, or are twice as wide and stand under the lower of two numbers.
        if ((_marks[index] ?? _marks[index & ~1]) is { } marks)
            Prefetch.Line(Unsafe.AsPointer(ref marks[Segment.HomeOf(hash)]));
    }

    /// <summary>Two slots of a bucket change places.</summary>
    internal void SwapMarks(Bucket* bucket, int i, int j)
    {
        if (_marks?[IndexOf(bucket)] is not { } segment)
            return;
        ref ushort marks = ref segment[Segment.IndexOf(bucket)];
        int differ = ((marks >> i) ^ (marks >> j)) & 1;
        marks ^= (ushort)((differ << i) | (differ << j));
    }

    private ref ushort MarksOf(Bucket* bucket)
    {
        if (_marks is null)
        {
            int depth = _table.Statistics.DirectoryDepth;
            _marks = new ushort[]?[1 << depth];
            _marksShift = 32 - depth;
        }

        ref ushort[]? segment = ref _marks[IndexOf(bucket)];
        segment ??= new ushort[Segment.Buckets];
        return ref segment[Segment.IndexOf(bucket)];
    }

    private int IndexOf(Bucket* bucket) => (int)((ulong)Segment.Of(bucket)->Prefix >> _marksShift);
}
