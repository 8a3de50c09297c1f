namespace DragonflyFlow.Storage.Table;

/// <summary>
/// Epochs: a stamp in each bucket says which walk took it last. A table's first segment is stamped with the newest epoch held, as nothing in it is older (0 if none is
/// held), a split copies the stamps to both halves, and a bucket that receives a record of an older bucket becomes as old: so a record that was not taken never
/// passes for taken.
/// </summary>
public sealed unsafe partial class DashTable
{
    // Of walked tables; most (members of containers) never are.
    private List<TableEpoch>? _epochs; // held ones, oldest first
    private EpochTags? _epochTags;
    private ushort _lastEpoch;

    /// <summary>Begins an epoch newer than all before: no bucket has been stamped with it.</summary>
    /// <exception cref="InvalidOperationException">32,767 epochs are held.</exception>
    public TableEpoch OpenEpoch()
    {
        _epochs ??= [];
        _epochTags ??= new EpochTags();
        if (_lastEpoch == BucketStamp.EpochMax)
            RenumberEpochs(_epochs, _epochTags);
        TableEpoch epoch = new(this, _epochTags, ++_lastEpoch);
        _epochs.Add(epoch);
        return epoch;
    }

    internal void CloseEpoch(TableEpoch epoch) => _epochs?.Remove(epoch);

    /// <summary>One has been everywhere: nothing is left for it and for older ones, held or not, and nobody marks for them any more.</summary>
    internal void CompleteEpoch(TableEpoch complete, EpochTags tags)
    {
        foreach (TableEpoch held in _epochs!)
        {
            if (held.Value <= complete.Value)
                held.Tag = EpochTags.None;
        }

        tags.FreeUpTo(complete.Value);
    }

    internal void AdvanceEpochs(ushort last) => _lastEpoch = Math.Max(_lastEpoch, last);

    /// <summary>Whether an epoch is the newest, and all others have taken a bucket.</summary>
    internal bool IsOnlyAfter(TableEpoch epoch, BucketRef bucket)
        => _epochs is { } held && ReferenceEquals(held[^1], epoch) && (held.Count == 1 || !held[^2].IsAfter(bucket));

    /// <summary>
    /// The counter is used up, after 32,767 walks: held epochs become 1, 2, ... and each stamp the number of held epochs that are not newer
    /// than it, which leaves every comparison between a stamp and a held epoch as it was. Visits all buckets once.
    /// </summary>
    private void RenumberEpochs(List<TableEpoch> held, EpochTags tags)
    {
        if (held.Count == BucketStamp.EpochMax)
            throw new InvalidOperationException($"table: {held.Count} epochs are held");
        for (Segment* segment = _directory.IsEmpty ? null : _directory.AtPrefix(0); segment != null; segment = _directory.After(segment))
        {
            for (int i = 0; i < Segment.Buckets; i++)
            {
                Bucket* bucket = Segment.At(segment, i);
                bucket->Stamp = Renumbered(bucket->Stamp, held, tags);
            }
        }

        for (int i = 0; i < held.Count; i++)
            held[i].Value = (ushort)(i + 1);
        tags.Renumber(held);
        _lastEpoch = (ushort)held.Count;
    }

    // A bucket that was begun by an epoch that is gone is after all epochs before that one.
    private static ushort Renumbered(ushort stamp, List<TableEpoch> held, EpochTags tags)
    {
        if (!BucketStamp.IsBegun(stamp))
            return RankOf(held, stamp);
        int tag = BucketStamp.TagOf(stamp);
        return held.Exists(epoch => epoch.Tag == tag) ? stamp : RankOf(held, tags.EpochOf(tag) - 1);
    }

    private static ushort RankOf(List<TableEpoch> held, int stamp)
    {
        int rank = held.Count;
        while (rank > 0 && held[rank - 1].Value > stamp)
            rank--;
        return (ushort)rank;
    }
}
