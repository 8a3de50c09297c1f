using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Storage.Table;

/// <summary>Cache mode: the place in a bucket is the rank.</summary>
[TestClass]
public sealed class RankTests : IDisposable
{
    private const int Stash = 60;
    private static readonly ulong Hash = TableKeys.InHome(20) | 0x11;

    private readonly Arena _arena = new(new ArenaOptions());
    private readonly DashTable _table;

    public RankTests() => _table = new DashTable(_arena, TableKeys.HashInKey);

    public void Dispose()
    {
        _table.Dispose();
        _arena.Dispose();
    }

    [TestMethod]
    public void AHitMovesARecordOnePlaceForwardInItsBucket()
    {
        Insert(0, 3);
        Assert.AreEqual((20, 2), PlaceOf(2));
        _table.Touch(Find(2));
        Assert.AreEqual((20, 1), PlaceOf(2));
        Assert.AreEqual((20, 2), PlaceOf(1));
        _table.Touch(Find(2));
        _table.Touch(Find(2));
        Assert.AreEqual((20, 0), PlaceOf(2));
        Assert.AreEqual((20, 1), PlaceOf(0));
    }

    [TestMethod]
    public void AHitMovesARecordIntoAVacantPlaceToo()
    {
        Insert(0, 3);
        _table.Remove(Find(1));
        Assert.AreEqual(1, _table.Touch(Find(2)).Index);
        Assert.AreEqual(2, _table.Count);
        _table.CheckInvariants();
    }

    [TestMethod]
    public void StashBucketsKeepTheOrderOfArrivalAndTheOldestIsTheVictim()
    {
        Insert(0, 30); // 12 at home, 12 beside, 6 in the first stash bucket
        for (int i = 24; i < 30; i++)
            Assert.AreEqual((Stash, 29 - i), PlaceOf(i));
        for (int expected = 24; expected < 30; expected++)
            Assert.AreEqual(expected, Evict());
        Assert.AreEqual(24, _table.Count);
        Assert.IsLessThan(24, Evict());
    }

    [TestMethod]
    public void AHitInTheStashPromotesIntoRoomNearHome()
    {
        Insert(0, 25);
        _table.Remove(Find(3));
        Slot promoted = _table.Touch(Find(24));
        Assert.IsLessThan(Stash, promoted.BucketRef.Index);
        Assert.AreEqual(24, NumberOf(promoted));
        _table.CheckInvariants();
    }

    [TestMethod]
    public void AHitInTheStashChangesPlacesWithTheLastNearHomeWhenThereIsNoRoom()
    {
        Insert(0, 25);
        Slot promoted = _table.Touch(Find(24));
        Assert.AreEqual(11, promoted.Index);
        Assert.AreEqual(24, NumberOf(promoted));
        int demoted = Evict();
        Assert.AreNotEqual(24, demoted);
        Assert.IsLessThan(24, demoted);
        _table.CheckInvariants();
    }

    [TestMethod]
    public void StickyRecordsAreNoVictims()
    {
        Insert(0, 26);
        _table.SetSticky(Find(24), true);
        Assert.AreEqual(25, Evict());
        for (int i = 0; i < 24; i++)
            _table.SetSticky(Find(i), true);
        Assert.IsFalse(_table.TryPickEvictionVictim(Hash, out _));
        _table.SetSticky(Find(7), false);
        Assert.AreEqual(7, Evict());
    }

    [TestMethod]
    public void TheSearchForAVictimGoesOnToOtherSegments()
    {
        for (int i = 0; i < 3000; i++)
        {
            ulong hash = KeyHash.Of(BitConverter.GetBytes(i));
            _table.Insert(TableKeys.WithHash(hash, i), hash, ValueKind.String, ValueEncoding.Raw, 4);
        }

        for (long left = _table.Count; left > 0; left--)
        {
            Assert.IsTrue(_table.TryPickEvictionVictim(0xFFFF_FFFF_FFFF_FFFF, out Slot victim));
            _table.Remove(victim);
        }

        Assert.IsFalse(_table.TryPickEvictionVictim(0, out _));
        _table.CheckInvariants();
    }

    /// <summary>The first three come to their home, the rest of 24 to home and neighbour in turns, then the stash.</summary>
    private void Insert(int from, int to)
    {
        for (int i = from; i < to; i++)
            _table.Insert(TableKeys.WithHash(Hash, i), Hash, ValueKind.String, ValueEncoding.Raw, 4);
    }

    private Slot Find(int number)
    {
        Assert.IsTrue(_table.TryFind(TableKeys.WithHash(Hash, number), Hash, out Slot slot), $"{number}");
        return slot;
    }

    private (int Bucket, int Index) PlaceOf(int number) => (Find(number).BucketRef.Index, Find(number).Index);

    private int NumberOf(Slot slot) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(_table.Key(slot)[8..]);

    private int Evict()
    {
        Assert.IsTrue(_table.TryPickEvictionVictim(Hash, out Slot victim));
        int number = NumberOf(victim);
        _table.Remove(victim);
        return number;
    }
}
