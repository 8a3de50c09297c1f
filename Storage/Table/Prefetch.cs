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
    /// <summary>Bytes of a line.</summary>
    public const int LineBytes = 64;

    /// <summary>A record is not aligned to lines: the end of a small one may be in the next.</summary>
    public const int SecondLine = 48;

    private const int BucketsAhead = 4;

    // What is longer the processor fetches by itself: it sees line after line being read.
    private const int LongBytesMax = 32 * LineBytes;

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

    /// <summary>What follows the second line of records whose first has come, as far as no processor would fetch by itself.</summary>
    public static void LongRecords(Arena arena, Bucket* bucket, uint places)
    {
        if (!Sse.IsSupported || arena.IsChecked)
            return;
        for (; places != 0; places &= places - 1)
        {
            byte* record = arena.PointerTo(bucket->Handles[BitOperations.TrailingZeroCount(places)]);
            byte* end = record + Math.Min(Record.SizeOf(record), LongBytesMax);
            for (byte* line = record + SecondLine + LineBytes; line < end; line += LineBytes)
                Sse.Prefetch0(line);
        }
    }

    /// <summary>
    /// For who goes through the records of a segment bucket by bucket and is at one of them: fetches those of a bucket some places on, at the first also those in between. Fetched all at
    /// once, the first would have left the cache again before the last has come.
    /// </summary>
    public static void Ahead(Arena arena, Segment* segment, int bucket)
    {
        int end = Math.Min(bucket + BucketsAhead + 1, Segment.Buckets);
        for (int coming = bucket == 0 ? 0 : bucket + BucketsAhead; coming < end; coming++)
            WholeRecords(arena, Segment.At(segment, coming), Segment.At(segment, coming)->Occupied);
    }
}
