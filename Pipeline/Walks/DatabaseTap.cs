// Owner: the shard. The table calls it in the middle of an operation: it reads buckets and stamps epochs, and changes nothing else.

using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Pipeline.Walks;

/// <summary>
/// Stands on one database's table while it is walked. Of what changes the record itself is taken first, and its place marked. Where places cannot be marked, since more than one
/// walk is behind, and where records move, the whole bucket is: all walks take it that have not, the oldest first (faults F27, F30: a later walk must not stamp what an earlier
/// one still needs), and then it is stamped once. So it is when a walk comes there.
/// </summary>
internal sealed class DatabaseTap : ITableObserver
{
    private readonly List<WalkedDatabase> _walks = [];
    private readonly ShardWalks _owner;

    public DatabaseTap(Database content, ShardWalks owner)
    {
        _owner = owner;
        Content = content;
        content.Table.Observer = this;
    }

    /// <summary>Where the records are: the database, or since it was emptied a content that no client sees.</summary>
    public Database Content { get; private set; }

    /// <summary>Whether the database was emptied while it was walked.</summary>
    public bool IsDetached { get; private set; }

    public void Add(WalkedDatabase walked) => _walks.Add(walked);

    /// <summary>Takes a walk off; the last one to leave leaves the table unobserved, and content that was kept for it alone is given up.</summary>
    public bool Remove(WalkedDatabase walked)
    {
        _walks.Remove(walked);
        walked.Epoch.Dispose();
        if (_walks.Count > 0)
            return false;
        Content.Table.Observer = null;
        if (IsDetached)
            Content.Discard();
        return true;
    }

    /// <summary>The database was emptied: what it held is here now.</summary>
    public void Follow(Database content)
    {
        Content = content;
        IsDetached = true;
    }

    /// <summary>All walks take what is left of a bucket for them.</summary>
    public void Take(BucketRef bucket)
    {
        TableEpoch newest = _walks[^1].Epoch;
        if (!newest.IsAfter(bucket))
            return;
        foreach (WalkedDatabase walked in _walks)
        {
            if (walked.Epoch.IsAfter(bucket))
                walked.Walk.Consumer.Take(Content, walked.Number, walked.Epoch.LeftOf(bucket));
        }

        newest.TryStamp(bucket);
        _owner.CountTaken();
    }

    /// <summary>A part of a bucket was taken that is not taken yet.</summary>
    public void CountPart() => _owner.CountPart();

    void ITableObserver.BeforeChange(BucketRef bucket) => TakeNow(bucket);

    void ITableObserver.BeforeChange(Slot slot)
    {
        WalkedDatabase newest = _walks[^1];
        if (!MustMark(newest.Epoch, slot) || !newest.Epoch.TryMark(slot))
            return;
        long began = _owner.BeginRecord();
        newest.Walk.Consumer.TakeOne(Content, newest.Number, slot);
        if (began != 0)
            _owner.EndRecord(began);
    }

    void ITableObserver.BeforeInsert(Slot place)
    {
        TableEpoch newest = _walks[^1].Epoch;
        // What comes after the cut is nothing to the walk.
        if (MustMark(newest, place))
            newest.TryMark(place);
    }

    void ITableObserver.BeforeSplit(SegmentRef segment)
    {
        // Records change their buckets: all of them are taken first.
        for (int i = 0; i < SegmentRef.BucketCount; i++)
            Take(segment[i]);
    }

    // Takes the bucket as a whole if that is what must be done.
    private bool MustMark(TableEpoch newest, Slot place)
    {
        BucketRef bucket = place.BucketRef;
        if (!newest.IsAfter(bucket))
            return false;
        if (newest.CanMark(bucket))
            return true;
        TakeNow(bucket);
        return false;
    }

    private void TakeNow(BucketRef bucket)
    {
        if (!_walks[^1].Epoch.IsAfter(bucket))
            return;
        Content.Table.PrefetchRecords(Content.Table.SlotsOf(bucket));
        Take(bucket);
    }
}
