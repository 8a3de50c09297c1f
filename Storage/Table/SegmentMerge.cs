using System.Numerics;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Table;

/// <summary>The reverse of a split: the records of two nearly empty siblings go to a segment that takes the place of both.</summary>
internal static unsafe class SegmentMerge
{
    /// <summary>
    /// Records of both together above which they stay two: a quarter of a segment, so that a merged one does not split again soon.
    /// </summary>
    private const int RecordsMax = Segment.Slots / 4;

    /// <summary>Whether two siblings hold few enough records for one.</summary>
    public static bool IsWorthwhile(Segment* lower, Segment* upper) => Segment.CountOf(lower) + Segment.CountOf(upper) <= RecordsMax;

    /// <summary>
    /// Places the handles of all records of a segment in another; false if they have no place there (too many of one home).
    /// </summary>
    public static bool TryCopy(Arena arena, KeyHasher? hasher, Segment* source, Segment* target)
    {
        for (int i = 0; i < Segment.Buckets; i++)
        {
            Prefetch.Ahead(arena, source, i);
            Bucket* bucket = Segment.At(source, i);
            for (uint left = bucket->Occupied; left != 0; left &= left - 1)
            {
                uint handle = bucket->Handles[BitOperations.TrailingZeroCount(left)];
                ulong hash = DashTable.HashOf(arena.PointerTo(handle), hasher);
                if (!Placement.TryFind(target, hash, out Placement placement))
                    return false;
                placement.Put((byte)hash, handle);
            }
        }

        return true;
    }
}
