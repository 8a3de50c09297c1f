namespace DragonflyFlow.Storage.Table;

/// <summary>
/// The numbers by which buckets that an epoch has begun to take name it. An epoch that has been everywhere leaves none behind; one that was given up may, in any bucket, so its
/// number is not lent again before a later epoch has been everywhere.
/// </summary>
internal sealed class EpochTags
{
    /// <summary>No number: an epoch that got none takes whole buckets.</summary>
    public const int None = -1;

    private readonly ushort[] _epochs = new ushort[BucketStamp.Tags]; // 0: not lent

    /// <summary>The epoch that the holder of a number has or had.</summary>
    public ushort EpochOf(int tag) => _epochs[tag];

    /// <summary>Lends a number to an epoch; <see cref="None"/> if there is none left.</summary>
    public int Lend(ushort epoch)
    {
        for (int tag = 0; tag < _epochs.Length; tag++)
        {
            if (_epochs[tag] != 0)
                continue;
            _epochs[tag] = epoch;
            return tag;
        }

        return None;
    }

    /// <summary>An epoch has been everywhere: no bucket names it or an older one any more.</summary>
    public void FreeUpTo(ushort epoch)
    {
        for (int tag = 0; tag < _epochs.Length; tag++)
        {
            if (_epochs[tag] <= epoch)
                _epochs[tag] = 0;
        }
    }

    /// <summary>Epochs have got new numbers, and only those of <paramref name="held"/> are named by buckets.</summary>
    public void Renumber(List<TableEpoch> held)
    {
        Array.Clear(_epochs);
        foreach (TableEpoch epoch in held)
        {
            if (epoch.Tag != None)
                _epochs[epoch.Tag] = epoch.Value;
        }
    }
}
