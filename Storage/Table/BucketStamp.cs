using System.Runtime.CompilerServices;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// What a bucket says of walks, 16 bits. Either the epoch that took it last; or, with the top bit set, that one epoch has begun to take it: every epoch before that one has, none
/// from it on, and the places in 12 bits need not be taken by it any more. Which epoch it is stands in 3 bits, a number on loan (<see cref="EpochTags"/>).
/// </summary>
internal static class BucketStamp
{
    /// <summary>The last number that an epoch can have.</summary>
    public const ushort EpochMax = Begun - 1;

    /// <summary>Numbers on loan: 0 to 7.</summary>
    public const int Tags = 8;

    private const ushort Begun = 0x8000;
    private const int TagShift = 12;
    private const ushort Marks = 0x0FFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsBegun(ushort stamp) => (stamp & Begun) != 0;

    public static int TagOf(ushort stamp) => (stamp >> TagShift) & (Tags - 1);

    public static uint MarksOf(ushort stamp) => (uint)stamp & Marks;

    /// <summary>The stamp of a bucket that an epoch begins with nothing marked.</summary>
    public static ushort BegunBy(int tag) => (ushort)(Begun | (tag << TagShift));

    /// <summary>A stamp that is older than both: of a bucket that gets a record of another.</summary>
    public static ushort Older(ushort a, ushort b) => ((a | b) & Begun) != 0 ? (ushort)0 : Math.Min(a, b);

    /// <summary>The stamp when two places of the bucket have changed their records: marks go with the records.</summary>
    public static ushort Swapped(ushort stamp, int i, int j)
    {
        if (!IsBegun(stamp))
            return stamp;
        int differ = ((stamp >> i) ^ (stamp >> j)) & 1;
        return (ushort)(stamp ^ (differ << i) ^ (differ << j));
    }
}
