using System.Numerics;

namespace DragonflyFlow.Storage.Table;

/// <summary>Three ways through a table: SCAN by logical bucket, walks by physical bucket, and random picks.</summary>
public sealed unsafe partial class DashTable
{
    private const int ScanHomeBits = 6;
    private const int ScanDepthBits = 5;

    /// <summary>
    /// Moves a stateless cursor over the next logical bucket (all records of one home, wherever they lie), adding its slots; 0 starts and
    /// ends. All records present for the whole scan are seen, some perhaps twice. The cursor has at most 43 bits; any number is safe to
    /// pass.
    /// </summary>
    /// <remarks>
    /// The cursor says: seen are all hashes below this prefix, and of those that share its first so many bits (the segment's depth then)
    /// all in homes below this one. A record's hash never changes, so moves within a segment and the depth of the directory do not matter.
    /// If the segment has been split since, the saying holds for its lower half; if it has been merged, the merged one is begun again.
    /// </remarks>
    public ulong Scan(ulong cursor, List<Slot> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        if (_directory.IsEmpty)
            return 0;
        Segment* segment = _directory.AtPrefix((uint)(cursor >> (ScanHomeBits + ScanDepthBits)));
        int home = (int)(cursor & ((1 << ScanHomeBits) - 1));
        int depth = (int)(cursor >> ScanHomeBits) & ((1 << ScanDepthBits) - 1);
        if (segment->LocalDepth < depth)
            home = 0;
        if (home < Segment.HomeBuckets)
            AddHome(segment, home, into);
        if (++home < Segment.HomeBuckets)
            return ScanCursor(segment->Prefix, segment->LocalDepth, home);
        return segment->PrefixEnd > uint.MaxValue ? 0 : ScanCursor((uint)segment->PrefixEnd, 0, 0);
    }

    /// <summary>
    /// The next physical bucket of a walk and the cursor after it; false at the end. Without changes in between every bucket comes once.
    /// With changes the walk has to stamp what it takes, and an <see cref="ITableObserver"/> has to take what changes or splits first: then
    /// every record is taken once.
    /// </summary>
    public bool TryWalk(ref WalkCursor cursor, out BucketRef bucket)
    {
        bucket = default;
        if (cursor.IsFinished || _directory.IsEmpty)
        {
            cursor = WalkCursor.Finished;
            return false;
        }

        Segment* segment = _directory.AtPrefix(cursor.Prefix);
        bucket = new BucketRef(Segment.At(segment, cursor.Bucket));
        if (cursor.Bucket + 1 < Segment.Buckets)
            cursor = WalkCursor.At(segment->Prefix, cursor.Bucket + 1);
        else
            cursor = segment->PrefixEnd > uint.MaxValue ? WalkCursor.Finished : WalkCursor.At((uint)segment->PrefixEnd, 0);
        return true;
    }

    /// <summary>Brings records of a bucket towards the cache, to their second line: for who will read all of them.</summary>
    public void PrefetchRecords(BucketSlots records) => Prefetch.WholeRecords(_arena, records.Bucket, records.Left);

    /// <summary>Brings the rest of records to the cache whose first lines are there: for who will read long ones at once.</summary>
    public void PrefetchRest(BucketSlots records) => Prefetch.LongRecords(_arena, records.Bucket, records.Left);

    /// <summary>The records of a physical bucket.</summary>
    public BucketSlots SlotsOf(BucketRef bucket)
    {
        Prefetch.Records(_arena, bucket.Bucket);
        return new BucketSlots(_arena, bucket.Bucket, bucket.Bucket->Occupied);
    }

    internal BucketSlots SlotsOf(BucketRef bucket, uint without) => new(_arena, bucket.Bucket, bucket.Bucket->Occupied & ~without);

    /// <summary>One record of a bucket, as if it were the only one in it.</summary>
    public BucketSlots Only(Slot slot) => new(_arena, slot.Bucket, 1u << slot.Index);

    /// <summary>
    /// A random record, chosen by <paramref name="random"/>; false if empty. Uniform within a segment, and segments are chosen by their
    /// share of the hash range, which is that of their records but for chance.
    /// </summary>
    public bool TryRandom(ulong random, out Slot slot)
    {
        slot = default;
        if (_count == 0)
            return false;
        Segment* segment = _directory.Of(random);
        for (int tries = 0; tries < 8; tries++)
        {
            random = Scramble(random);
            segment = _directory.Of(random);
            int position = (int)((uint)random % Segment.Slots);
            Bucket* bucket = Segment.At(segment, position / Bucket.Slots);
            if (((bucket->Occupied >> (position % Bucket.Slots)) & 1) != 0)
            {
                slot = SlotAt(bucket, position % Bucket.Slots);
                return true;
            }
        }

        int count = Segment.CountOf(segment);
        for (; count == 0; count = Segment.CountOf(segment))
        {
            segment = _directory.After(segment);
            if (segment == null)
                segment = _directory.AtPrefix(0);
        }

        slot = Nth(segment, (int)(Scramble(random) % (uint)count));
        return true;
    }

    private static ulong ScanCursor(uint prefix, int depth, int home)
        => ((((ulong)prefix << ScanDepthBits) | (uint)depth) << ScanHomeBits) | (uint)home;

    private static ulong Scramble(ulong x)
    {
        // The finisher of splitmix64 (Steele, Lea, Flood 2014).
        x += 0x9E3779B97F4A7C15UL;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }

    private Slot SlotAt(Bucket* bucket, int index) => new(bucket, index, _arena.PointerTo(bucket->Handles[index]));

    private Slot Nth(Segment* segment, int n)
    {
        Bucket* bucket = Segment.At(segment, 0);
        for (; n >= bucket->Count; bucket++)
            n -= bucket->Count;
        uint occupied = bucket->Occupied;
        for (; n > 0; n--)
            occupied &= occupied - 1;
        return SlotAt(bucket, BitOperations.TrailingZeroCount(occupied));
    }

    private void AddHome(Segment* segment, int home, List<Slot> into)
    {
        Bucket* bucket = Segment.At(segment, home);
        AddOfHome(bucket, home, into);
        if ((bucket->Meta & Bucket.Spilled) != 0)
            AddOfHome(Segment.At(segment, Segment.NeighbourOf(home)), home, into);
        for (int stash = 0; stash < Segment.StashBuckets; stash++)
        {
            if ((bucket->Meta & (Bucket.Overflowed << stash)) != 0)
                AddOfHome(Segment.Stash(segment, stash), home, into);
        }
    }

    private void AddOfHome(Bucket* bucket, int home, List<Slot> into)
    {
        Prefetch.Records(_arena, bucket);
        for (uint left = bucket->Occupied; left != 0; left &= left - 1)
        {
            Slot slot = SlotAt(bucket, BitOperations.TrailingZeroCount(left));
            if (Segment.HomeOf(HashOf(slot.Record, _hasher)) == home)
                into.Add(slot);
        }
    }
}
