using System.Text;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Storage.Table;

/// <summary>
/// The walk by physical bucket, alone and as a snapshot takes it: stamped, with an observer that takes what is about to change.
/// </summary>
[TestClass]
public class WalkTests
{
    private enum Act
    {
        Walk,
        Insert,
        Remove,
        Resize,
        Expire,
        Touch,
        Clear,
        Compact,
        GiveUp,
    }

    private sealed record Op(Act Act, int First, int Count)
    {
        public override string ToString() => $"{Act}({First}, {Count})";
    }

    private static Gen<Op> Ops =>
        from act in Gen.Frequency(
            (30, Gen.Constant(Act.Walk)), (20, Gen.Constant(Act.Insert)), (8, Gen.Constant(Act.Remove)), (8, Gen.Constant(Act.Resize)),
            (8, Gen.Constant(Act.Expire)), (8, Gen.Constant(Act.Touch)), (1, Gen.Constant(Act.Clear)), (2, Gen.Constant(Act.Compact)),
            (2, Gen.Constant(Act.GiveUp)))
        from first in Gen.Choose(0, 2500)
        from count in Gen.Choose(1, 300)
        select new Op(act, first, count);

    [TestMethod]
    public void WithoutChangesEachRecordAndEachBucketComesOnce()
    {
        using Arena arena = new(new ArenaOptions());
        using DashTable table = new(arena);
        for (int i = 0; i < 10_000; i++)
            Insert(table, KeyHash.Of, i);
        HashSet<uint> records = [];
        HashSet<BucketRef> buckets = [];
        WalkCursor cursor = default;
        for (double progress = 0; table.TryWalk(ref cursor, out BucketRef bucket); progress = cursor.Progress)
        {
            Assert.IsGreaterThanOrEqualTo(progress, cursor.Progress);
            Assert.IsTrue(buckets.Add(bucket));
            foreach (Slot slot in table.SlotsOf(bucket))
                Assert.IsTrue(records.Add(table.RecordHandle(slot)));
        }

        Assert.HasCount(10_000, records);
        Assert.AreEqual(table.Statistics.Segments * SegmentRef.BucketCount, buckets.Count);
        Assert.IsTrue(cursor.IsFinished);
        Assert.IsFalse(table.TryWalk(ref cursor, out _));
    }

    [TestMethod]
    [DataRow(nameof(KeyHash))]
    [DataRow(nameof(TableKeys.Crowded))]
    [DataRow(nameof(TableKeys.Skewed))]
    public void ASnapshotTakesEachRecordOfItsCutOnceAndNothingElse(string hash)
    {
        KeyHasher hasher = TableKeys.Named(hash);
        Prop.ForAll(Ops.ListOf().ToArbitrary(), ops => Run(ops, hasher)).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(40));
    }

    private static void Run(IEnumerable<Op> ops, KeyHasher hasher)
    {
        using Arena arena = new(new ArenaOptions());
        using DashTable table = new(arena, hasher);
        for (int i = 0; i < 1000; i++)
            Insert(table, hasher, i);
        Snapshot snapshot = new(table);
        foreach (Op op in ops)
        {
            if (op.Act != Act.GiveUp)
            {
                Apply(table, hasher, snapshot, op);
                continue;
            }

            snapshot.GiveUp();
            snapshot = new Snapshot(table);
        }

        snapshot.Walk(int.MaxValue);
        table.CheckInvariants();
        CollectionAssert.AreEquivalent(snapshot.AtCut, snapshot.Taken);
    }

    private static void Apply(DashTable table, KeyHasher hasher, Snapshot snapshot, Op op)
    {
        if (op.Act == Act.Walk)
            snapshot.Walk(op.Count);
        if (op.Act == Act.Clear)
            table.Clear();
        WalkCursor segments = default;
        Assert.IsFalse(op.Act == Act.Compact && table.Compact(ref segments, 10), "an epoch is held");
        for (int number = op.First; number < op.First + op.Count; number++)
        {
            byte[] key = Encoding.ASCII.GetBytes($"{number}");
            bool found = table.TryFind(key, hasher(key), out Slot slot);
            if (!found && op.Act == Act.Insert)
                Insert(table, hasher, number);
            else if (found && op.Act == Act.Remove)
                table.Remove(slot);
            else if (found && op.Act == Act.Resize)
                table.ResizeValue(ref slot, 4 + (op.Count % 60))[0] ^= 1;
            else if (found && op.Act == Act.Expire)
                table.SetExpireAtMs(ref slot, op.Count);
            else if (found && op.Act == Act.Touch)
                table.Touch(slot);
        }
    }

    private static void Insert(DashTable table, KeyHasher hasher, int number)
    {
        byte[] key = Encoding.ASCII.GetBytes($"{number}");
        table.Value(table.Insert(key, hasher(key), ValueKind.String, ValueEncoding.Raw, 4)).Fill((byte)number);
    }

    /// <summary>
    /// The smallest right snapshot: a change has the record that changes taken and marked, or where that cannot be its bucket; the walk stamps the bucket and takes what is left in it.
    /// </summary>
    private sealed class Snapshot : ITableObserver
    {
        private readonly DashTable _table;
        private readonly TableEpoch _epoch;
        private WalkCursor _cursor;

        public Snapshot(DashTable table)
        {
            _table = table;
            for (WalkCursor all = default; table.TryWalk(ref all, out BucketRef bucket);)
            {
                foreach (Slot slot in table.SlotsOf(bucket))
                    AtCut.Add(Encoding.ASCII.GetString(table.Key(slot)), Image(slot));
            }

            _epoch = table.OpenEpoch();
            table.Observer = this;
        }

        public Dictionary<string, string> AtCut { get; } = [];

        public Dictionary<string, string> Taken { get; } = [];

        public void Walk(int buckets)
        {
            while (buckets-- > 0 && _table.TryWalk(ref _cursor, out BucketRef bucket))
                Take(bucket);
        }

        public void GiveUp()
        {
            _table.Observer = null;
            if (_cursor.IsFinished)
                _epoch.Complete();
            _epoch.Dispose();
        }

        public void BeforeChange(BucketRef bucket) => Take(bucket);

        public void BeforeChange(Slot slot)
        {
            if (Marks(slot) && _epoch.TryMark(slot))
                Add(_table.Only(slot));
        }

        public void BeforeInsert(Slot place)
        {
            if (Marks(place))
                _epoch.TryMark(place);
        }

        public void BeforeSplit(SegmentRef segment)
        {
            for (int i = 0; i < SegmentRef.BucketCount; i++)
                Take(segment[i]);
        }

        private bool Marks(Slot place)
        {
            if (_epoch.IsAfter(place.BucketRef) && _epoch.CanMark(place.BucketRef))
                return true;
            Take(place.BucketRef);
            return false;
        }

        private void Take(BucketRef bucket)
        {
            if (!_epoch.IsAfter(bucket))
                return;
            BucketSlots records = _epoch.LeftOf(bucket);
            Assert.IsTrue(_epoch.TryStamp(bucket));
            Add(records);
        }

        private void Add(BucketSlots records)
        {
            foreach (Slot slot in records)
                Taken.Add(Encoding.ASCII.GetString(_table.Key(slot)), Image(slot)); // throws if it was taken before
        }

        private string Image(Slot slot) => $"{_table.ExpireAtMs(slot)} {Convert.ToHexString(_table.Value(slot))}";
    }
}
