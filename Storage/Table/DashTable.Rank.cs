using System.Numerics;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// Cache mode, like 2Q but without a byte per record: the place in a bucket is the rank. Home buckets are the protected part, slot 0 the
/// best; stash buckets are probation, newest first. (After DragonflyDB.)
/// </summary>
public sealed unsafe partial class DashTable
{
    private const int VictimSegmentsMax = 64;

    /// <summary>Promotes a record that was hit by one place, or out of probation; its slot from now on.</summary>
    public Slot Touch(Slot slot)
    {
        Verify(slot);
        Bucket* bucket = slot.Bucket;
        int index = slot.Index;
        if (Segment.IndexOf(bucket) >= Segment.HomeBuckets)
            return Promote(slot);
        if (index == 0)
            return slot;
        Swap(bucket, index, bucket, index - 1);
        bucket->Stamp = BucketStamp.Swapped(bucket->Stamp, index, index - 1); // nobody is told, for nothing that the bucket holds changes
        return new Slot(bucket, index - 1, slot.Record);
    }

    /// <summary>
    /// The record to evict near a hash: the last of a stash bucket, else of a home bucket; sticky records are passed over, and those that are
    /// kept. The search goes on to segments after that of the hash; false if there is nothing in the table or in that many segments to evict.
    /// </summary>
    public bool TryPickEvictionVictim(ulong hash, out Slot victim, Predicate<Slot>? isKept = null)
    {
        victim = default;
        if (_count == 0)
            return false;
        Segment* segment = _directory.Of(hash);
        long segmentsMax = Math.Min(_directory.Segments, VictimSegmentsMax);
        for (long visited = 0; visited < segmentsMax; visited++)
        {
            for (int i = 0; i < Segment.StashBuckets; i++)
            {
                if (TryPickLast(Segment.Stash(segment, (int)((hash + (uint)i) % Segment.StashBuckets)), isKept, out victim))
                    return true;
            }

            int home = Segment.HomeOf(hash);
            for (int i = 0; i < Segment.HomeBuckets; i++, home = Segment.NeighbourOf(home))
            {
                if (TryPickLast(Segment.At(segment, home), isKept, out victim))
                    return true;
            }

            segment = _directory.After(segment);
            if (segment == null)
                segment = _directory.AtPrefix(0);
        }

        return false;
    }

    private bool TryPickLast(Bucket* bucket, Predicate<Slot>? isKept, out Slot victim)
    {
        for (uint left = bucket->Occupied; left != 0;)
        {
            int last = BitOperations.Log2(left);
            victim = SlotAt(bucket, last);
            if ((Record.Flags(victim.Record) & Record.Sticky) == 0 && isKept?.Invoke(victim) is not true)
                return true;
            left &= ~(1u << last);
        }

        victim = default;
        return false;
    }

    /// <summary>
    /// Brings a record from its stash bucket home or next to it; if both are full it changes places with the last one there.
    /// </summary>
    private Slot Promote(Slot slot)
    {
        Bucket* source = slot.Bucket;
        Segment* segment = Segment.Of(source);
        int stash = Segment.IndexOf(source) - Segment.HomeBuckets;
        ulong hash = HashOf(slot.Record, _hasher);
        int home = Segment.HomeOf(hash);
        Bucket* homeBucket = Segment.At(segment, home);
        Bucket* neighbour = Segment.At(segment, Segment.NeighbourOf(home));
        Bucket* target = !homeBucket->IsFull || (neighbour->IsFull && (hash & (1UL << 40)) == 0) ? homeBucket : neighbour;
        Observer?.BeforeChange(new BucketRef(source));
        Observer?.BeforeChange(new BucketRef(target));

        int index;
        if (target->IsFull)
        {
            index = Bucket.Slots - 1;
            int demotedHome = Segment.HomeOf(HashOf(_arena.PointerTo(target->Handles[index]), _hasher));
            Swap(source, slot.Index, target, index);
            source->Stamp = target->Stamp = BucketStamp.Older(source->Stamp, target->Stamp);
            Segment.At(segment, demotedHome)->Meta |= (ushort)(Bucket.Overflowed << stash);
        }
        else
        {
            index = target->FirstVacant;
            target->TakeFrom(index, source, slot.Index);
        }

        if (target != homeBucket)
            homeBucket->Meta |= Bucket.Spilled;
        RefreshOverflow(segment, stash, home);
        return new Slot(target, index, slot.Record);
    }

    /// <summary>Exchanges two slots, of which the first is occupied.</summary>
    private static void Swap(Bucket* a, int i, Bucket* b, int j)
    {
        byte fingerprint = b->Fingerprints[j];
        uint handle = b->Handles[j];
        bool occupied = ((b->Occupied >> j) & 1) != 0;
        b->Put(j, a->Fingerprints[i], a->Handles[i]);
        a->Vacate(i);
        if (occupied)
            a->Put(i, fingerprint, handle);
    }
}
