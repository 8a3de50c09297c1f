namespace DragonflyFlow.Storage.Table;

/// <summary>
/// Epochs: 16 bits in each bucket say which walk took it last. A table's first segment is stamped with the newest epoch held, as nothing in it is older (0 if none is
/// held), a split copies the stamps to both halves, and a bucket that receives a record of an older bucket becomes as old: so a record that was not taken never
/// passes for taken.
/// </summary>
public sealed unsafe partial class DashTable
{
    private List<TableEpoch>? _epochs; // held ones, oldest first; most tables (members of containers) never have one
    private ushort _lastEpoch;

    /// <summary>Begins an epoch newer than all before: no bucket has been stamped with it.</summary>
    /// <exception cref="InvalidOperationException">65,535 epochs are held.</exception>
    public TableEpoch OpenEpoch()
    {
        _epochs ??= [];
        if (_lastEpoch == ushort.MaxValue)
            RenumberEpochs(_epochs);
        TableEpoch epoch = new(this, ++_lastEpoch);
        _epochs.Add(epoch);
        return epoch;
    }

    internal void CloseEpoch(TableEpoch epoch) => _epochs?.Remove(epoch);

    internal void AdvanceEpochs(ushort last) => _lastEpoch = Math.Max(_lastEpoch, last);

    /// <summary>
    /// The counter is used up, after 65,535 walks: held epochs become 1, 2, ... and each stamp the number of held epochs that are not newer
    /// than it, which leaves every comparison between a stamp and a held epoch as it was. Visits all buckets once.
    /// </summary>
    private void RenumberEpochs(List<TableEpoch> held)
    {
        if (held.Count == ushort.MaxValue)
            throw new InvalidOperationException($"table: {held.Count} epochs are held");
        for (Segment* segment = _directory.IsEmpty ? null : _directory.AtPrefix(0); segment != null; segment = _directory.After(segment))
        {
            for (int i = 0; i < Segment.Buckets; i++)
            {
                Bucket* bucket = Segment.At(segment, i);
                bucket->Epoch = RankOf(held, bucket->Epoch);
            }
        }

        for (int i = 0; i < held.Count; i++)
            held[i].Value = (ushort)(i + 1);
        _lastEpoch = (ushort)held.Count;
    }

    // A record that moves within its bucket takes its mark with it; nobody is told, for nothing that the bucket holds changes.
    private void SwapMarks(Bucket* bucket, int i, int j)
    {
        if (_epochs is null)
            return;
        foreach (TableEpoch epoch in _epochs)
            epoch.SwapMarks(bucket, i, j);
    }

    private static ushort RankOf(List<TableEpoch> held, ushort stamp)
    {
        int rank = held.Count;
        while (rank > 0 && held[rank - 1].Value > stamp)
            rank--;
        return (ushort)rank;
    }
}
