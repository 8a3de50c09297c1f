using DragonflyFlow.Storage.Values;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Storage.Values;

/// <summary>Sorted blocks of integers against a sorted set, over all widths.</summary>
[TestClass]
public sealed class IntegerSetTests
{
    private static readonly long[] Edges =
    [
        0, 1, -1, short.MaxValue, short.MinValue, short.MaxValue + 1, short.MinValue - 1, int.MaxValue, int.MinValue, int.MaxValue + 1L, int.MinValue - 1L,
        long.MaxValue, long.MinValue,
    ];

    [TestMethod]
    public void EditsAgreeWithASortedSet()
    {
        Gen<long> values = Gen.OneOf(
            Gen.Elements(Edges), Gen.Choose(-40, 40).Select(v => (long)v), Gen.Choose(int.MinValue, int.MaxValue).Select(v => (long)v));
        Gen<Step> steps = from value in values from adds in Gen.Elements(true, true, false) select new Step(value, adds);
        ModelCheck.Run(steps, Run, count: 300);
    }

    [TestMethod]
    [DataRow(0L, 2)]
    [DataRow(32767L, 2)]
    [DataRow(-32769L, 4)]
    [DataRow(2147483648L, 8)]
    public void WidthIsTheLeastThatHolds(long value, int width) => Assert.AreEqual(width, IntegerSet.WidthOf(value));

    private static void Run(Step[] steps)
    {
        byte[] block = [IntegerSet.WidthMin];
        SortedSet<long> model = [];
        foreach (Step step in steps)
        {
            bool isThere = IntegerSet.TryFind(block, step.Value, out int index);
            Assert.AreEqual(model.Contains(step.Value), isThere);
            Assert.AreEqual(model.Count(v => v < step.Value), index);
            if (step.Adds && !isThere)
                block = Add(block, index, step.Value);
            else if (!step.Adds && isThere)
                block = RemoveAt(block, index);
            _ = step.Adds ? model.Add(step.Value) : model.Remove(step.Value);
            CollectionAssert.AreEqual(model.ToArray(), Enumerable.Range(0, IntegerSet.Count(block)).Select(i => IntegerSet.At(block, i)).ToArray());
        }

        if (model.Count == 0)
            return;
        int width = Math.Max(IntegerSet.WidthOf(model.Min), IntegerSet.WidthOf(model.Max));
        byte[] written = new byte[IntegerSet.BytesOf(model.Count, width)];
        IntegerSet.Write(written, model.ToArray(), width);
        CollectionAssert.AreEqual(model.ToArray(), Enumerable.Range(0, model.Count).Select(i => IntegerSet.At(written, i)).ToArray());
    }

    private static byte[] Add(byte[] block, int index, long value)
    {
        int count = IntegerSet.Count(block);
        int oldWidth = IntegerSet.Width(block);
        int width = Math.Max(oldWidth, IntegerSet.WidthOf(value));
        Array.Resize(ref block, IntegerSet.BytesOf(count + 1, width));
        if (width != oldWidth)
            IntegerSet.Widen(block, count, width);
        IntegerSet.Insert(block, count, index, value);
        return block;
    }

    private static byte[] RemoveAt(byte[] block, int index)
    {
        IntegerSet.RemoveAt(block, index);
        return block[..^IntegerSet.Width(block)];
    }

    public sealed record Step(long Value, bool Adds);
}
