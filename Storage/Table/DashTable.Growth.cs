using System.Numerics;

namespace DragonflyFlow.Storage.Table;

/// <summary>Where inserts go, how a full segment is split, and what an insert will touch.</summary>
public sealed unsafe partial class DashTable
{
    /// <summary>
    /// The buckets that an <see cref="Insert"/> of this hash will change if nothing else happens before: one or two, or the whole segment
    /// if it will be split. Empty if the table is.
    /// </summary>
    public BucketSet PredictInsert(ulong hash)
    {
        if (_directory.IsEmpty)
            return default;
        Segment* segment = _directory.Of(hash);
        if (!Placement.TryFind(segment, hash, out Placement placement))
            return new BucketSet(new SegmentRef(segment), (1UL << Segment.Buckets) - 1, splits: true);
        ulong mask = (1UL << Segment.IndexOf(placement.Home)) | (1UL << Segment.IndexOf(placement.Target));
        return new BucketSet(new SegmentRef(segment), mask, splits: false);
    }

    /// <summary>
    /// Merges segments that have become nearly empty, a step of up to <paramref name="segmentsMax"/> of them at a time; false when the
    /// cursor is through. For a table that has shrunk: its segments are else kept, and scans, walks and random picks pass through them all.
    /// Does nothing while an epoch is held. Voids slots and bucket references as Clear does; a scan goes on as if nothing had happened,
    /// other walks may miss records or see them twice.
    /// </summary>
    public bool Compact(ref WalkCursor cursor, int segmentsMax)
    {
        if (_directory.IsEmpty || cursor.IsFinished || _epochs is { Count: > 0 })
            return false;
        Segment* segment = _directory.AtPrefix(cursor.Prefix);
        while (segmentsMax-- > 0)
        {
            if (TryMerge(segment, out Segment* parent))
            {
                segment = _directory.LowerSibling(parent); // which may be as empty
                continue;
            }

            segment = _directory.After(segment);
            if (segment == null)
            {
                _directory.Shrink(_arena);
                cursor = WalkCursor.Finished;
                return false;
            }
        }

        cursor = WalkCursor.At(segment->Prefix, 0);
        return true;
    }

    private bool TryMerge(Segment* lower, out Segment* parent)
    {
        parent = null;
        if (!_directory.TryUpperSibling(lower, out Segment* upper) || !SegmentMerge.IsWorthwhile(lower, upper))
            return false;
        if (Observer is not null)
        {
            Announce(Observer, lower);
            Announce(Observer, upper);
        }

        parent = SegmentDirectory.NewParent(_arena, lower);
        if (SegmentMerge.TryCopy(_arena, _hasher, lower, parent) && SegmentMerge.TryCopy(_arena, _hasher, upper, parent))
        {
            _directory.Replace(_arena, lower, upper, parent);
            return true;
        }

        _arena.FreePage(parent->Page);
        return false;
    }

    /// <summary>A place for a hash, after as many splits as it takes. Each split halves the hashes that compete for it.</summary>
    private Placement MakePlace(ulong hash)
    {
        if (_directory.IsEmpty)
            StartDirectory();
        Placement placement;
        while (!Placement.TryFind(_directory.Of(hash), hash, out placement))
        {
            Segment* full = _directory.Of(hash);
            if (Observer is not null)
            {
                Observer.BeforeSplit(new SegmentRef(full));
                if (Placement.TryFind(full, hash, out placement))
                    break;
            }

            Segment* sibling = _directory.AddSibling(_arena, full);
            SegmentSplit.Divide(_arena, _hasher, full, sibling);
        }

        return placement;
    }

    // A table that was emptied while it is walked holds nothing that a walk could still need.
    private void StartDirectory()
    {
        _directory.Start(_arena);
        if (_epochs is not [.., TableEpoch newest])
            return;
        Segment* first = _directory.AtPrefix(0);
        for (int i = 0; i < Segment.Buckets; i++)
            Segment.At(first, i)->Stamp = newest.Value;
    }

    /// <summary>After a record left a stash bucket: its home no longer says so unless others of that home are there.</summary>
    private void RefreshOverflow(Segment* segment, int stash, int home)
    {
        Bucket* bucket = Segment.Stash(segment, stash);
        for (uint left = bucket->Occupied; left != 0; left &= left - 1)
        {
            byte* other = _arena.PointerTo(bucket->Handles[BitOperations.TrailingZeroCount(left)]);
            if (Segment.HomeOf(HashOf(other, _hasher)) == home)
                return;
        }

        Segment.At(segment, home)->Meta &= (ushort)~(Bucket.Overflowed << stash);
    }
}
