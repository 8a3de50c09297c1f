namespace DragonflyFlow.Storage.Table;

/// <summary>
/// A point in a table's history that a walk compares buckets with: those stamped with an older epoch have not been taken by it yet. Held by
/// the walk from its registration to its end; the table renumbers held epochs when its 16-bit counter is used up, so read
/// <see cref="Value"/> afresh each time.
/// </summary>
public sealed partial class TableEpoch : IDisposable
{
    private readonly DashTable _table;

    internal TableEpoch(DashTable table, ushort value)
    {
        _table = table;
        Value = value;
    }

    /// <summary>The number that buckets are stamped with. At least 1.</summary>
    public ushort Value { get; internal set; }

    /// <summary>Whether a bucket has not been stamped with this epoch or a newer one.</summary>
    public bool IsAfter(BucketRef bucket) => bucket.Epoch < Value;

    /// <summary>Stamps a bucket; false if it was stamped with this epoch or a newer one already.</summary>
    public unsafe bool TryStamp(BucketRef bucket)
    {
        if (bucket.Epoch >= Value)
            return false;
        bucket.Bucket->Epoch = Value;
        return true;
    }

    /// <summary>Ends the epoch: the table forgets it.</summary>
    public void Dispose() => _table.CloseEpoch(this);
}
