using System.Numerics;
using System.Runtime.CompilerServices;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// Divides a full segment's records with its new sibling by the next bit of their hashes. Each record keeps its place in either half at
/// first, so there is always room; then those that are not at home move home, or closer, where the departed left room.
/// </summary>
internal static unsafe class SegmentSplit
{
    /// <summary>
    /// Divides; <paramref name="segment"/> has its new depth already. Records are fetched some buckets before they are read: their misses overlap.
    /// </summary>
    [SkipLocalsInit]
    public static void Divide(Arena arena, KeyHasher? hasher, Segment* segment, Segment* sibling)
    {
        byte* homes = stackalloc byte[Segment.Slots];
        byte* siblingHomes = stackalloc byte[Segment.Slots];
        int shift = 64 - segment->LocalDepth;
        for (int i = 0; i < Segment.Buckets; i++)
        {
            Prefetch.Ahead(arena, segment, i);
            Bucket* bucket = Segment.At(segment, i);
            uint departing = 0;
            for (uint left = bucket->Occupied; left != 0; left &= left - 1)
            {
                int slot = BitOperations.TrailingZeroCount(left);
                ulong hash = DashTable.HashOf(arena.PointerTo(bucket->Handles[slot]), hasher);
                homes[(i * Bucket.Slots) + slot] = siblingHomes[(i * Bucket.Slots) + slot] = (byte)Segment.HomeOf(hash);
                departing |= (uint)(hash >> shift & 1) << slot;
            }

            Bucket* twin = Segment.At(sibling, i);
            *twin = *bucket;
            twin->Meta = (ushort)departing;
            bucket->Meta = (ushort)(bucket->Occupied & ~departing);
        }

        Settle(segment, homes);
        Settle(sibling, siblingHomes);
    }

    /// <summary>Moves records towards their homes and sets the homes' flags for those that stay away. All flags are clear before.</summary>
    private static void Settle(Segment* segment, byte* homes)
    {
        for (int i = 0; i < Segment.HomeBuckets; i++)
        {
            Bucket* bucket = Segment.At(segment, i);
            for (uint left = bucket->Occupied; left != 0; left &= left - 1)
            {
                int slot = BitOperations.TrailingZeroCount(left);
                int home = homes[(i * Bucket.Slots) + slot];
                if (home != i && !TryMove(segment, bucket, slot, home, homes, home))
                    Segment.At(segment, home)->Meta |= Bucket.Spilled;
            }
        }

        for (int stash = 0; stash < Segment.StashBuckets; stash++)
        {
            Bucket* bucket = Segment.Stash(segment, stash);
            for (uint left = bucket->Occupied; left != 0; left &= left - 1)
            {
                int slot = BitOperations.TrailingZeroCount(left);
                int home = homes[((Segment.HomeBuckets + stash) * Bucket.Slots) + slot];
                if (TryMove(segment, bucket, slot, home, homes, home))
                    continue;
                Segment.At(segment, home)->Meta |= TryMove(segment, bucket, slot, Segment.NeighbourOf(home), homes, home)
                    ? Bucket.Spilled
                    : (ushort)(Bucket.Overflowed << stash);
            }
        }
    }

    private static bool TryMove(Segment* segment, Bucket* source, int slot, int physical, byte* homes, int home)
    {
        Bucket* target = Segment.At(segment, physical);
        if (target->IsFull)
            return false;
        int vacant = target->FirstVacant;
        homes[(physical * Bucket.Slots) + vacant] = (byte)home;
        target->TakeFrom(vacant, source, slot);
        return true;
    }
}
