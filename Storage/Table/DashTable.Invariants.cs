using System.Numerics;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Storage.Table;

/// <summary>What always holds between operations, as a check of the whole table: for tests, the simulator and hunting.</summary>
public sealed unsafe partial class DashTable
{
    /// <summary>Looks at every record and every directory entry.</summary>
    /// <exception cref="InvalidOperationException">Something does not hold; the message says what and where.</exception>
    internal void CheckInvariants()
    {
        long segments = 0, records = 0, bytes = 0;
        ulong prefix = 0;
        for (Segment* segment = _directory.IsEmpty ? null : _directory.AtPrefix(0); segment != null; segment = _directory.After(segment))
        {
            segments++;
            bool fits = segment->Prefix == prefix && segment->LocalDepth <= _directory.Depth;
            Require(fits, segment, 0, "its prefix or depth does not fit the one before");
            for (ulong entry = prefix; entry < segment->PrefixEnd; entry += 1UL << (32 - _directory.Depth))
                Require(_directory.AtPrefix((uint)entry) == segment, segment, 0, "a directory entry of its prefixes points elsewhere");
            prefix = segment->PrefixEnd;
            for (int i = 0; i < Segment.Buckets; i++)
                CheckBucket(segment, i, ref records, ref bytes);
        }

        if (segments != _directory.Segments || records != _count || bytes != _recordBytes)
        {
            throw new InvalidOperationException(
                $"table: found {segments} segments, {records} records, {bytes} bytes; counted {Statistics}");
        }
    }

    private void CheckBucket(Segment* segment, int index, ref long records, ref long bytes)
    {
        Bucket* bucket = Segment.At(segment, index);
        for (uint left = bucket->Occupied; left != 0; left &= left - 1)
        {
            int slot = BitOperations.TrailingZeroCount(left);
            byte* record = _arena.PointerTo(bucket->Handles[slot]);
            ulong hash = HashOf(record, _hasher);
            int home = Segment.HomeOf(hash);
            uint flags = Segment.At(segment, home)->Meta;
            Require(_directory.Of(hash) == segment, segment, index, "a record's hash belongs to another segment");
            Require(bucket->Fingerprints[slot] == (byte)hash, segment, index, "a fingerprint is not its record's");
            Require(IsInReach(index, home, flags), segment, index, "a record is where its home does not lead");
            records++;
            bytes += Arena.CapacityOf(Record.SizeOf(record));
        }
    }

    private static bool IsInReach(int index, int home, uint homeFlags)
    {
        if (index >= Segment.HomeBuckets)
            return (homeFlags & (Bucket.Overflowed << (index - Segment.HomeBuckets))) != 0;
        return index == home || (index == Segment.NeighbourOf(home) && (homeFlags & Bucket.Spilled) != 0);
    }

    private static void Require(bool holds, Segment* segment, int bucket, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"table: segment 0x{segment->Prefix:X8}/{segment->LocalDepth}, bucket {bucket}: {what}");
    }
}
