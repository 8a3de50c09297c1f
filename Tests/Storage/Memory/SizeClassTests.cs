using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Tests.Storage.Memory;

[TestClass]
public class SizeClassTests
{
    [TestMethod]
    public void EveryRequestFitsItsClassAndNoSmallerOne()
    {
        for (int bytes = 0; bytes <= SizeClass.ClassBytesMax; bytes++)
        {
            int sizeClass = SizeClass.Of(bytes);
            int capacity = SizeClass.BytesOf(sizeClass);
            Assert.IsGreaterThanOrEqualTo(bytes, capacity);
            Assert.AreEqual(capacity, SizeClass.CapacityOf(bytes));
            if (sizeClass > 0)
                Assert.IsLessThan(bytes, SizeClass.BytesOf(sizeClass - 1));
        }
    }

    [TestMethod]
    public void ClassesAreMultiplesOfEightAndGrowByAQuarterAtMost()
    {
        Assert.AreEqual(8, SizeClass.BytesOf(0));
        Assert.AreEqual(SizeClass.ClassBytesMax, SizeClass.BytesOf(SizeClass.Count - 1));
        for (int sizeClass = 1; sizeClass < SizeClass.Count; sizeClass++)
        {
            int before = SizeClass.BytesOf(sizeClass - 1), bytes = SizeClass.BytesOf(sizeClass);
            Assert.AreEqual(0, bytes % 8);
            Assert.IsLessThanOrEqualTo(Math.Max(8, before / 4), bytes - before);
        }
    }

    [TestMethod]
    [DataRow(262_145, 278_528)] // 256 KiB and a bit: the next of sixteen per octave
    [DataRow(1 << 20, 1 << 20)]
    [DataRow((1 << 20) + 1, (1 << 20) + (1 << 16))]
    [DataRow(SizeClass.BlockBytesMax, SizeClass.BlockBytesMax)]
    public void BlocksThatStandAloneAreSixteenPerOctave(int bytes, int capacity) => Assert.AreEqual(capacity, SizeClass.CapacityOf(bytes));

    [TestMethod]
    public void MoreThanTheBiggestBlockIsRefused()
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SizeClass.CapacityOf(SizeClass.BlockBytesMax + 1));

    [TestMethod]
    public void TheBiggestClassWithinARestFillsItsBestPart()
    {
        for (int rest = 8; rest < 600_000; rest += 8)
        {
            int sizeClass = SizeClass.BiggestWithin(rest);
            Assert.IsLessThanOrEqualTo(rest, SizeClass.BytesOf(sizeClass));
            Assert.IsTrue(sizeClass == SizeClass.Count - 1 || SizeClass.BytesOf(sizeClass + 1) > rest);
        }
    }
}
