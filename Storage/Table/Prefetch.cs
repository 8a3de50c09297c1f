using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// Brings lines towards the cache before they are needed, so that the misses of many records overlap. Where the processor or the runtime
/// has no such instruction nothing happens. In checked arenas records lie anywhere and nobody measures: nothing happens either.
/// </summary>
internal static unsafe class Prefetch
{
    private const int SecondLine = 48;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }

    /// <summary>The first lines of the records of a bucket.</summary>
    public static void Records(Arena arena, Bucket* bucket)
    {
        if (!Sse.IsSupported || arena.IsChecked)
            return;
        for (uint left = bucket->Occupied; left != 0; left &= left - 1)
            Sse.Prefetch0(arena.PointerTo(bucket->Handles[BitOperations.TrailingZeroCount(left)]));
    }

    /// <summary>The first lines of some records of a bucket and what follows: blocks are aligned to 8 bytes, so most records lie in two lines.</summary>
    public static void WholeRecords(Arena arena, Bucket* bucket, uint places)
    {
        if (!Sse.IsSupported || arena.IsChecked)
            return;
        for (; places != 0; places &= places - 1)
        {
            byte* record = arena.PointerTo(bucket->Handles[BitOperations.TrailingZeroCount(places)]);
            Sse.Prefetch0(record);
            Sse.Prefetch0(record + SecondLine);
        }
    }

    /// <summary>The first lines of all records of a segment.</summary>
    public static void Records(Arena arena, Segment* segment)
    {
        for (int i = 0; i < Segment.Buckets; i++)
            Records(arena, Segment.At(segment, i));
    }
}
