using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// A page of 64 lines: a header, 60 home buckets, 3 stash buckets. It holds the records whose hashes begin with the same
/// <see cref="LocalDepth"/> bits. A record is in its home bucket, in the bucket after it (the first after the last), or in a stash bucket.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Memory.Arena.PageBytes)]
internal unsafe struct Segment
{
    public const int HomeBuckets = 60;
    public const int StashBuckets = 3;
    public const int Buckets = HomeBuckets + StashBuckets;
    public const int Slots = Buckets * Bucket.Slots;

    /// <summary>The first upper half of a hash that belongs here.</summary>
    public uint Prefix;

    /// <summary>The arena's handle of this page.</summary>
    public uint Page;

    /// <summary>Leading bits that all hashes here share.</summary>
    public byte LocalDepth;

    /// <summary>The prefix after the last of this segment; 2^32 after the last of all.</summary>
    public readonly ulong PrefixEnd => Prefix + (1UL << (32 - LocalDepth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bucket* At(Segment* segment, int physical) => (Bucket*)segment + 1 + physical;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bucket* Stash(Segment* segment, int stash) => (Bucket*)segment + 1 + HomeBuckets + stash;

    /// <summary>The segment that a bucket lies in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Segment* Of(Bucket* bucket) => (Segment*)((nuint)bucket & ~(nuint)(Memory.Arena.PageBytes - 1));

    /// <summary>The place of a bucket in its segment: 0 to 59 home, 60 to 62 stash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IndexOf(Bucket* bucket) => (int)(((nuint)bucket & (Memory.Arena.PageBytes - 1)) / Bucket.Bytes) - 1;

    /// <summary>The home bucket of a hash, from bits 8 to 31: the upper 32 choose the segment, the lowest 8 are the fingerprint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int HomeOf(ulong hash) => (int)((((uint)hash >> 8) * (ulong)HomeBuckets) >> 24);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int NeighbourOf(int home) => home == HomeBuckets - 1 ? 0 : home + 1;

    public static int CountOf(Segment* segment)
    {
        int count = 0;
        for (int i = 0; i < Buckets; i++)
            count += At(segment, i)->Count;
        return count;
    }
}
