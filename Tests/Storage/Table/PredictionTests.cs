using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Storage.Table;

/// <summary>What an insert changes was predicted, and what it changes of a bucket's records was announced before.</summary>
[TestClass]
public class PredictionTests
{
    private const int HandlesAt = 16;

    [TestMethod]
    [DataRow(nameof(KeyHash))]
    [DataRow(nameof(TableKeys.Crowded))]
    [DataRow(nameof(TableKeys.Skewed))]
    public void EveryBucketThatAnInsertChangesWasPredictedAndAnnounced(string hash)
    {
        KeyHasher hasher = TableKeys.Named(hash);
        using Arena arena = new(new ArenaOptions());
        using DashTable table = new(arena, hasher);
        Announcements announced = new();
        table.Observer = announced;
        int splits = 0;
        for (int number = 0; number < (hash == nameof(TableKeys.Crowded) ? 500 : 3000); number++)
        {
            byte[] key = BitConverter.GetBytes(number);
            ulong keyHash = hasher(key);
            BucketSet predicted = table.PredictInsert(keyHash);
            long segments = table.Statistics.Segments;
            Dictionary<BucketRef, byte[]> before = Images(table);
            announced.Clear();
            table.Insert(key, keyHash, ValueKind.String, ValueEncoding.Raw, 4);

            foreach ((BucketRef bucket, byte[] image) in before)
            {
                byte[] after = ImageOf(bucket);
                bool unchanged = after.AsSpan().SequenceEqual(image);
                Assert.IsTrue(unchanged || predicted.Contains(bucket), $"insert {number} changed bucket {bucket.Index} unforeseen");
                bool sameRecords = SameRecords(image, after);
                Assert.IsTrue(sameRecords || announced.Contains(bucket), $"insert {number} changed bucket {bucket.Index} unannounced");
            }

            Assert.AreEqual(predicted.Splits, segments > 0 && table.Statistics.Segments > segments);
            splits += predicted.Splits ? 1 : 0;
        }

        Assert.IsGreaterThan(2, splits);
    }

    [TestMethod]
    public void TheSetEnumeratesItsBuckets()
    {
        using Arena arena = new(new ArenaOptions());
        using DashTable table = new(arena, TableKeys.HashInKey);
        BucketSet none = table.PredictInsert(1);
        Assert.AreEqual(0ul, none.Mask);
        Assert.IsTrue(none.Segment.IsNone);
        ulong hash = TableKeys.InHome(9);
        for (int i = 0; i < 24; i++)
            table.Insert(TableKeys.WithHash(hash, i), hash, ValueKind.String, ValueEncoding.Raw, 4);
        List<int> buckets = [];
        foreach (BucketRef bucket in table.PredictInsert(hash))
            buckets.Add(bucket.Index);
        CollectionAssert.AreEqual((int[])[9, 60], buckets);
    }

    [TestMethod]
    public void RecordsRemovedBeforeASplitMayMakeItNeedless()
    {
        using Arena arena = new(new ArenaOptions());
        using DashTable table = new(arena, TableKeys.HashInKey);
        ulong hash = TableKeys.InHome(3);
        for (int i = 0; i < 60; i++)
            table.Insert(TableKeys.WithHash(hash, i), hash, ValueKind.String, ValueEncoding.Raw, 4);
        table.Observer = new Sweeper(table);
        table.Insert(TableKeys.WithHash(hash, 60), hash, ValueKind.String, ValueEncoding.Raw, 4);
        Assert.AreEqual(1, table.Statistics.Segments);
        Assert.AreEqual(1, table.Count);
        table.CheckInvariants();
    }

    private static Dictionary<BucketRef, byte[]> Images(DashTable table)
    {
        Dictionary<BucketRef, byte[]> images = [];
        for (WalkCursor cursor = default; table.TryWalk(ref cursor, out BucketRef bucket);)
            images.Add(bucket, ImageOf(bucket));
        return images;
    }

    private static unsafe byte[] ImageOf(BucketRef bucket) => new ReadOnlySpan<byte>(bucket.Bucket, Bucket.Bytes).ToArray();

    private static bool SameRecords(byte[] before, byte[] after)
    {
        uint occupied = BitConverter.ToUInt16(before, 12) & Bucket.OccupiedMask;
        if (occupied != (BitConverter.ToUInt16(after, 12) & Bucket.OccupiedMask))
            return false;
        for (int i = 0; i < Bucket.Slots; i++)
        {
            int at = HandlesAt + (4 * i);
            if (((occupied >> i) & 1) != 0 && BitConverter.ToUInt32(before, at) != BitConverter.ToUInt32(after, at))
                return false;
        }

        return true;
    }

    private sealed class Announcements : ITableObserver
    {
        private readonly HashSet<BucketRef> _buckets = [];

        public void Clear() => _buckets.Clear();

        public bool Contains(BucketRef bucket) => _buckets.Contains(bucket);

        public void BeforeChange(BucketRef bucket) => _buckets.Add(bucket);

        public void BeforeSplit(SegmentRef segment)
        {
            for (int i = 0; i < SegmentRef.BucketCount; i++)
                _buckets.Add(segment[i]);
        }
    }

    private sealed class Sweeper(DashTable table) : ITableObserver
    {
        public void BeforeChange(BucketRef bucket) { }

        public void BeforeSplit(SegmentRef segment)
        {
            for (int i = 0; i < SegmentRef.BucketCount; i++)
            {
                foreach (Slot slot in table.SlotsOf(segment[i]))
                    table.Remove(slot);
            }
        }
    }
}
