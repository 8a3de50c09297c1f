using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Storage.Table;

[TestClass]
public sealed class EpochTests : IDisposable
{
    private readonly Arena _arena = new(new ArenaOptions());
    private readonly DashTable _table;

    public EpochTests() => _table = new DashTable(_arena);

    public void Dispose()
    {
        _table.Dispose();
        _arena.Dispose();
    }

    [TestMethod]
    public void AStampHoldsForItsEpochAndOlderOnes()
    {
        BucketRef bucket = FirstBucket();
        using TableEpoch first = _table.OpenEpoch();
        using TableEpoch second = _table.OpenEpoch();
        Assert.IsTrue(first.IsAfter(bucket));
        Assert.IsTrue(first.TryStamp(bucket));
        Assert.IsFalse(first.TryStamp(bucket));
        Assert.IsTrue(second.TryStamp(bucket));
        Assert.IsFalse(first.IsAfter(bucket));
        Assert.IsFalse(first.TryStamp(bucket));
        Assert.AreEqual(second.Value, bucket.Epoch);
    }

    [TestMethod]
    public void WhenTheCounterIsUsedUpEveryComparisonStaysAsItWas()
    {
        BucketRef[] buckets = Buckets();
        _table.AdvanceEpochs(ushort.MaxValue - 4);
        TableEpoch closed = _table.OpenEpoch();
        using TableEpoch a = _table.OpenEpoch();
        using TableEpoch b = _table.OpenEpoch();
        Assert.IsTrue(closed.TryStamp(buckets[1]));
        Assert.IsTrue(a.TryStamp(buckets[2]));
        Assert.IsTrue(b.TryStamp(buckets[3]));
        closed.Dispose();
        using TableEpoch last = _table.OpenEpoch();
        Assert.IsTrue(last.TryStamp(buckets[4]));
        Assert.AreEqual(ushort.MaxValue, last.Value);

        using TableEpoch wrapped = _table.OpenEpoch();
        Assert.AreEqual((1, 2, 3, 4), (a.Value, b.Value, last.Value, wrapped.Value));
        CollectionAssert.AreEqual((bool[])[true, true, false, false, false], Array.ConvertAll(buckets, a.IsAfter));
        CollectionAssert.AreEqual((bool[])[true, true, true, false, false], Array.ConvertAll(buckets, b.IsAfter));
        CollectionAssert.AreEqual((bool[])[true, true, true, true, false], Array.ConvertAll(buckets, last.IsAfter));
        Assert.IsTrue(buckets.All(wrapped.IsAfter));
    }

    [TestMethod]
    public void HundredThousandEpochsOneAfterTheOtherAllSeeTheBucketUntaken()
    {
        BucketRef bucket = FirstBucket();
        for (int i = 0; i < 100_000; i++)
        {
            using TableEpoch epoch = _table.OpenEpoch();
            Assert.IsTrue(epoch.TryStamp(bucket), $"epoch {i}");
        }
    }

    [TestMethod]
    public void ASplitKeepsStampsAndNoRecordPassesForTakenUnseen()
    {
        using DashTable table = new(_arena);
        HashSet<uint> taken = [];
        int number = 0;
        for (; number < 500; number++)
            Insert(table, number);
        using TableEpoch epoch = table.OpenEpoch();
        for (WalkCursor cursor = default; table.TryWalk(ref cursor, out BucketRef bucket);)
        {
            if (bucket.Index % 2 == 0 && epoch.TryStamp(bucket))
            {
                foreach (Slot slot in table.SlotsOf(bucket))
                    taken.Add(table.RecordHandle(slot));
            }
        }

        HashSet<uint> old = [.. Slots(table).Select(table.RecordHandle)];
        while (table.Statistics.Segments < 8)
            Insert(table, number++);
        int kept = 0;
        foreach (Slot slot in Slots(table).Where(slot => old.Contains(table.RecordHandle(slot)) && !epoch.IsAfter(slot.BucketRef)))
        {
            Assert.Contains(table.RecordHandle(slot), taken);
            kept++;
        }

        Assert.IsGreaterThan(0, kept);
    }

    [TestMethod]
    public void WhatIsInsertedIntoATableThatWasEmptiedIsAfterNoEpoch()
    {
        for (int i = 0; i < 1000; i++)
            Insert(_table, i);
        using TableEpoch first = _table.OpenEpoch();
        using TableEpoch newest = _table.OpenEpoch();
        _table.Clear();
        for (int i = 0; i < 1000; i++)
            Insert(_table, i);
        Assert.HasCount(1000, Slots(_table));
        Assert.IsFalse(Slots(_table).Exists(slot => first.IsAfter(slot.BucketRef) || newest.IsAfter(slot.BucketRef)));
        using TableEpoch next = _table.OpenEpoch();
        Assert.IsTrue(Slots(_table).TrueForAll(slot => next.IsAfter(slot.BucketRef)));
    }

    [TestMethod]
    public void AMarkHoldsForItsEpochAloneUntilTheBucketIsStamped()
    {
        Slot slot = FirstSlot();
        using TableEpoch first = _table.OpenEpoch();
        using TableEpoch second = _table.OpenEpoch();
        Assert.IsTrue(first.TryMark(slot));
        Assert.IsFalse(first.TryMark(slot));
        Assert.AreEqual(0, LeftOf(first, slot));
        Assert.AreEqual(1, LeftOf(second, slot));
        Assert.IsTrue(second.TryStamp(slot.BucketRef));
        Assert.IsFalse(second.TryMark(slot), "it is taken");
        using TableEpoch third = _table.OpenEpoch();
        Assert.AreEqual(1, LeftOf(third, slot));
    }

    [TestMethod]
    public void ARecordThatMovesWithinItsBucketTakesItsMarkWithIt()
    {
        using DashTable table = new(_arena, TableKeys.HashInKey);
        for (int i = 0; i < 3; i++)
            table.Insert(TableKeys.WithHash(TableKeys.InHome(20), i), TableKeys.InHome(20), ValueKind.String, ValueEncoding.Raw, 4);
        using TableEpoch epoch = table.OpenEpoch();
        Slot last = Slots(table)[2];
        byte[] key = table.Key(last).ToArray();
        Assert.IsTrue(epoch.TryMark(last));
        for (Slot moved = table.Touch(last); moved.Index > 0; moved = table.Touch(moved))
        {
        }

        BucketSlots left = table.SlotsOf(last.BucketRef);
        epoch.LeaveOutMarked(ref left);
        Assert.AreEqual(2, left.Count);
        foreach (Slot slot in left)
            Assert.IsFalse(table.Key(slot).SequenceEqual(key));
    }

    private Slot FirstSlot()
    {
        Insert(_table, 1);
        return Slots(_table)[0];
    }

    private int LeftOf(TableEpoch epoch, Slot slot)
    {
        BucketSlots left = _table.SlotsOf(slot.BucketRef);
        epoch.LeaveOutMarked(ref left);
        return left.Count;
    }

    private static List<Slot> Slots(DashTable table)
    {
        List<Slot> slots = [];
        for (WalkCursor cursor = default; table.TryWalk(ref cursor, out BucketRef bucket);)
        {
            foreach (Slot slot in table.SlotsOf(bucket))
                slots.Add(slot);
        }

        return slots;
    }

    private static void Insert(DashTable table, int number)
    {
        byte[] key = BitConverter.GetBytes(number);
        table.Insert(key, KeyHash.Of(key), ValueKind.String, ValueEncoding.Raw, 4);
    }

    private BucketRef FirstBucket() => Buckets()[0];

    private BucketRef[] Buckets()
    {
        Insert(_table, 1);
        WalkCursor cursor = default;
        Assert.IsTrue(_table.TryWalk(ref cursor, out BucketRef first));
        return [.. Enumerable.Range(0, 5).Select(i => first.Segment[i])];
    }
}
