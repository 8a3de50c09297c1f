using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Storage.Table;

[TestClass]
public sealed class EpochTests : IDisposable
{
    private const ushort EpochMax = 32767;

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
        Assert.IsFalse(second.TryStamp(bucket));
    }

    [TestMethod]
    public void WhenTheCounterIsUsedUpEveryComparisonStaysAsItWas()
    {
        BucketRef[] buckets = Buckets();
        _table.AdvanceEpochs(EpochMax - 4);
        TableEpoch closed = _table.OpenEpoch();
        using TableEpoch a = _table.OpenEpoch();
        using TableEpoch b = _table.OpenEpoch();
        Assert.IsTrue(closed.TryStamp(buckets[1]));
        Assert.IsTrue(a.TryStamp(buckets[2]));
        Assert.IsTrue(b.TryStamp(buckets[3]));
        closed.Dispose();
        using TableEpoch last = _table.OpenEpoch();
        Assert.IsTrue(last.TryStamp(buckets[4]));
        Assert.AreEqual(EpochMax, last.Value);

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
    public void AMarkHoldsForItsEpochUntilTheBucketIsStamped()
    {
        Slot slot = FirstSlot();
        using TableEpoch first = _table.OpenEpoch();
        Assert.IsTrue(first.CanMark(slot.BucketRef));
        Assert.IsTrue(first.TryMark(slot));
        Assert.IsFalse(first.TryMark(slot));
        Assert.IsTrue(first.IsAfter(slot.BucketRef), "others of it may be left");
        Assert.AreEqual(0, LeftOf(first, slot));
        Assert.IsTrue(first.TryStamp(slot.BucketRef));
        Assert.IsFalse(first.IsAfter(slot.BucketRef));
        using TableEpoch next = _table.OpenEpoch();
        Assert.AreEqual(1, LeftOf(next, slot));
    }

    [TestMethod]
    public void OnlyTheNewestEpochMarksAndOnlyWhatAllOthersHaveTaken()
    {
        Slot slot = FirstSlot();
        BucketRef bucket = slot.BucketRef;
        using TableEpoch first = _table.OpenEpoch();
        Assert.IsTrue(first.TryMark(slot));
        using TableEpoch second = _table.OpenEpoch();
        Assert.IsFalse(first.CanMark(bucket));
        Assert.IsFalse(second.CanMark(bucket), "the first is behind");
        Assert.AreEqual((0, 1), (LeftOf(first, slot), LeftOf(second, slot)));
        Assert.IsTrue(first.TryStamp(bucket));
        Assert.IsTrue(second.CanMark(bucket));
        Assert.IsTrue(second.TryMark(slot));
        Assert.IsFalse(first.IsAfter(bucket), "it has taken the bucket");
        Assert.AreEqual(0, LeftOf(second, slot));
    }

    [TestMethod]
    public void MarksOfAnEpochThatWasGivenUpMeanNothingToLaterOnes()
    {
        Slot slot = FirstSlot();
        BucketRef bucket = slot.BucketRef;
        for (int i = 0; i < 8; i++)
        {
            using TableEpoch givenUp = _table.OpenEpoch();
            Assert.AreEqual(1, LeftOf(givenUp, slot), $"epoch {i}");
            Assert.IsTrue(givenUp.CanMark(bucket));
            Assert.IsTrue(givenUp.TryMark(slot));
        }

        using (TableEpoch ninth = _table.OpenEpoch())
        {
            Assert.IsFalse(ninth.CanMark(bucket), "all numbers may be in buckets");
            Assert.AreEqual(1, LeftOf(ninth, slot));
            Assert.IsTrue(ninth.TryStamp(bucket));
            ninth.Complete();
        }

        using TableEpoch tenth = _table.OpenEpoch();
        Assert.IsTrue(tenth.CanMark(bucket));
        Assert.AreEqual(1, LeftOf(tenth, slot));
    }

    [TestMethod]
    public void ANumberThatWasReturnedWhileItsEpochWasHeldIsOnlyTheNextOnes()
    {
        Slot slot = FirstSlot();
        BucketRef bucket = slot.BucketRef;
        _table.AdvanceEpochs(EpochMax - 3);
        using TableEpoch older = _table.OpenEpoch();
        using (TableEpoch newer = _table.OpenEpoch())
        {
            Assert.IsTrue(newer.TryStamp(bucket));
            newer.Complete();
        }

        using (TableEpoch next = _table.OpenEpoch())
            Assert.IsTrue(next.CanMark(bucket) && next.TryMark(slot));
        Assert.IsFalse(older.IsAfter(bucket));
        Assert.IsFalse(older.CanMark(bucket));
        using TableEpoch wrapped = _table.OpenEpoch();
        Assert.AreEqual((1, 2), (older.Value, wrapped.Value));
        Assert.IsFalse(older.IsAfter(bucket), "its number is another's, whose bucket this was");
        Assert.IsTrue(wrapped.IsAfter(bucket));
        Assert.AreEqual(1, LeftOf(wrapped, slot));
    }

    [TestMethod]
    public void WhenTheCounterIsUsedUpMarksStayAsTheyWere()
    {
        for (int i = 0; i < 50; i++)
            Insert(_table, i);
        Slot slot = Slots(_table)[0];
        Slot other = Slots(_table).First(other => other.BucketRef != slot.BucketRef);
        _table.AdvanceEpochs(EpochMax - 3);
        using TableEpoch older = _table.OpenEpoch();
        Assert.IsTrue(older.TryStamp(slot.BucketRef) && older.TryStamp(other.BucketRef));
        using (TableEpoch givenUp = _table.OpenEpoch())
            Assert.IsTrue(givenUp.TryMark(other));
        using TableEpoch marking = _table.OpenEpoch();
        Assert.IsTrue(marking.TryMark(slot));
        int left = LeftOf(marking, slot);

        using TableEpoch wrapped = _table.OpenEpoch();
        Assert.AreEqual((1, 2, 3), (older.Value, marking.Value, wrapped.Value));
        foreach (BucketRef bucket in (BucketRef[])[slot.BucketRef, other.BucketRef])
            Assert.AreEqual((false, true, true), (older.IsAfter(bucket), marking.IsAfter(bucket), wrapped.IsAfter(bucket)));
        Assert.AreEqual((left, left + 1), (LeftOf(marking, slot), LeftOf(wrapped, slot)));
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

        BucketSlots left = epoch.LeftOf(last.BucketRef);
        Assert.AreEqual(2, left.Count);
        foreach (Slot slot in left)
            Assert.IsFalse(table.Key(slot).SequenceEqual(key));
    }

    private Slot FirstSlot()
    {
        Insert(_table, 1);
        return Slots(_table)[0];
    }

    private static int LeftOf(TableEpoch epoch, Slot slot) => epoch.LeftOf(slot.BucketRef).Count;

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
