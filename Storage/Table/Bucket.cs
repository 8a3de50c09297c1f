using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DragonflyFlow.Storage.Table;

/// <summary>
/// One cache line: 12 fingerprints, 12 occupancy bits and 4 flags, the stamp of walks, 12 record handles. The flags belong to the bucket in
/// its role as the home of records: three say in which stash buckets some of them are, one that some are in the neighbour. A flag may be
/// set in vain, never missing.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal unsafe struct Bucket
{
    public const int Bytes = 64;
    public const int Slots = 12;
    public const uint OccupiedMask = 0x0FFF;
    public const ushort Overflowed = 0x1000; // << stash bucket
    public const ushort OverflowedMask = 0x7000;
    public const ushort Spilled = 0x8000;
    public const ushort ElsewhereMask = OverflowedMask | Spilled;

    public fixed byte Fingerprints[Slots];
    public ushort Meta;
    public ushort Stamp;
    public fixed uint Handles[Slots];

    public readonly uint Occupied
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Meta & OccupiedMask;
    }

    public readonly int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => BitOperations.PopCount(Meta & OccupiedMask);
    }

    public readonly bool IsFull => Occupied == OccupiedMask;

    /// <summary>The lowest vacant slot of a bucket that is not full.</summary>
    public readonly int FirstVacant => BitOperations.TrailingZeroCount(~(uint)Meta);

    /// <summary>The occupied slots whose fingerprint matches, as bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Match(Bucket* bucket, byte fingerprint)
    {
        Vector128<byte> equal = Vector128.Equals(Vector128.Load((byte*)bucket), Vector128.Create(fingerprint));
        return equal.ExtractMostSignificantBits() & bucket->Meta & OccupiedMask;
    }

    public void Put(int index, byte fingerprint, uint handle)
    {
        Fingerprints[index] = fingerprint;
        Handles[index] = handle;
        Meta |= (ushort)(1 << index);
    }

    /// <summary>Puts a record in slot 0 and moves those before the first vacant slot one on, so that the order of arrival shows.</summary>
    public void PutFirst(byte fingerprint, uint handle)
    {
        for (int i = FirstVacant; i > 0; i--)
            Put(i, Fingerprints[i - 1], Handles[i - 1]);
        Put(0, fingerprint, handle);
    }

    public void Vacate(int index) => Meta &= (ushort)~(1 << index);

    /// <summary>
    /// Takes over the record of another bucket's slot. A stamp never gets newer by a move: what was not walked stays so.
    /// </summary>
    public void TakeFrom(int index, Bucket* source, int sourceIndex)
    {
        Put(index, source->Fingerprints[sourceIndex], source->Handles[sourceIndex]);
        source->Vacate(sourceIndex);
        Stamp = BucketStamp.Older(Stamp, source->Stamp);
    }
}
