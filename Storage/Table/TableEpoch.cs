using System.Runtime.CompilerServices;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// A point in a table's history that a walk compares buckets with: those stamped with an older epoch have not been taken by it yet. Held by
/// the walk from its registration to its end; the table renumbers held epochs when its counter is used up, so read
/// <see cref="Value"/> afresh each time.
/// </summary>
/// <remarks>
/// Of a bucket that is not taken yet, places can be marked: their records were taken one by one, or came after the epoch began. The marks stand in the bucket's stamp, so
/// they cost no further line of memory and mean nothing once it is stamped; there is room for one epoch's, the newest.
/// </remarks>
public sealed unsafe class TableEpoch : IDisposable
{
    private readonly DashTable _table;
    private readonly EpochTags _tags;

    internal TableEpoch(DashTable table, EpochTags tags, ushort value)
    {
        _table = table;
        _tags = tags;
        Value = value;
        Tag = tags.Lend(value);
    }

    /// <summary>The number that buckets are stamped with. At least 1.</summary>
    public ushort Value { get; internal set; }

    /// <summary>The number by which buckets name it whose places it has marked; <see cref="EpochTags.None"/> when there can be none.</summary>
    internal int Tag { get; set; }

    /// <summary>Whether a bucket has not been stamped with this epoch or a newer one.</summary>
    public bool IsAfter(BucketRef bucket)
    {
        ushort stamp = bucket.Bucket->Stamp;
        return BucketStamp.IsBegun(stamp) ? _tags.EpochOf(BucketStamp.TagOf(stamp)) <= Value : stamp < Value;
    }

    /// <summary>Stamps a bucket; false if it was stamped with this epoch or a newer one already.</summary>
    public bool TryStamp(BucketRef bucket)
    {
        if (!IsAfter(bucket))
            return false;
        bucket.Bucket->Stamp = Value;
        return true;
    }

    /// <summary>
    /// Whether places of a bucket that this epoch is after can be marked: it is the newest, and all that are held beside it have taken the bucket. Else the bucket must be taken as
    /// a whole. Nor can they after eight walks in a row that were given up, until one has been everywhere.
    /// </summary>
    public bool CanMark(BucketRef bucket) => Tag != EpochTags.None && _table.IsOnlyAfter(this, bucket);

    /// <summary>Marks a place of a bucket in which that can be done (<see cref="CanMark"/>); false, and nothing is to be done about its record, if it was marked before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryMark(Slot place)
    {
        ref ushort stamp = ref place.Bucket->Stamp;
        if (!HasBegun(stamp))
            stamp = BucketStamp.BegunBy(Tag);
        ushort mark = (ushort)(1 << place.Index);
        if ((stamp & mark) != 0)
            return false;
        stamp |= mark;
        return true;
    }

    /// <summary>The records of a bucket that this epoch is after, without those that are marked.</summary>
    public BucketSlots LeftOf(BucketRef bucket)
    {
        ushort stamp = bucket.Bucket->Stamp;
        return _table.SlotsOf(bucket, without: HasBegun(stamp) ? BucketStamp.MarksOf(stamp) : 0);
    }

    /// <summary>Its walk has been everywhere: every bucket is stamped with it, or was left to a newer epoch after it had been taken.</summary>
    public void Complete() => _table.CompleteEpoch(this, _tags);

    /// <summary>Ends the epoch: the table forgets it.</summary>
    public void Dispose() => _table.CloseEpoch(this);

    private bool HasBegun(ushort stamp) => BucketStamp.IsBegun(stamp) && BucketStamp.TagOf(stamp) == Tag;
}
