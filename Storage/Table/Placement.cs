namespace DragonflyFlow.Storage.Table;

/// <summary>Where a new record goes in its segment.</summary>
internal readonly unsafe struct Placement
{
    /// <summary>
    /// How many more records than its neighbour a home bucket takes before it spills. Balance fills segments further before they split;
    /// spilled records cost lookups a second line. Simulated: 0 fills to 0.952 with 32% spilled, 2 to 0.926 with 11%, never balancing to
    /// 0.908 with 6%.
    /// </summary>
    private const int HomeBias = 2;

    private const int InHome = -1;

    private readonly Bucket* _home;
    private readonly int _stash;

    private Placement(Bucket* home, Bucket* target, int stash)
    {
        _home = home;
        Target = target;
        _stash = stash;
    }

    /// <summary>The bucket that receives the record.</summary>
    public Bucket* Target { get; }

    /// <summary>The home bucket: one of its flags may be set.</summary>
    public Bucket* Home => _home;

    /// <summary>Whether others of the bucket move for it: the order of a stash bucket is that of arrival.</summary>
    public bool MovesOthers => _stash >= 0;

    /// <summary>The less loaded of home and neighbour, else a stash bucket; false if the segment has no place for the hash.</summary>
    public static bool TryFind(Segment* segment, ulong hash, out Placement placement)
    {
        int index = Segment.HomeOf(hash);
        Bucket* home = Segment.At(segment, index);
        Bucket* neighbour = Segment.At(segment, Segment.NeighbourOf(index));
        int homeCount = home->Count, neighbourCount = neighbour->Count;
        if (homeCount < Bucket.Slots && homeCount <= neighbourCount + HomeBias)
        {
            placement = new Placement(home, home, InHome);
            return true;
        }

        if (neighbourCount < Bucket.Slots)
        {
            placement = new Placement(home, neighbour, InHome);
            return true;
        }

        for (int stash = 0; stash < Segment.StashBuckets; stash++)
        {
            Bucket* target = Segment.Stash(segment, stash);
            if (target->IsFull)
                continue;
            placement = new Placement(home, target, stash);
            return true;
        }

        placement = default;
        return false;
    }

    /// <summary>Puts the record in; its slot.</summary>
    public int Put(byte fingerprint, uint handle)
    {
        if (_stash >= 0)
        {
            Target->PutFirst(fingerprint, handle);
            _home->Meta |= (ushort)(Bucket.Overflowed << _stash);
            return 0;
        }

        int index = Target->FirstVacant;
        Target->Put(index, fingerprint, handle);
        if (Target != _home)
            _home->Meta |= Bucket.Spilled;
        return index;
    }
}
