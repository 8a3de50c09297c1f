using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Storage.Table;

/// <summary>
/// Random operations on ranges of keys against a Dictionary. Ranges let short, shrinkable lists reach splits and doublings.
/// </summary>
[TestClass]
public class DashTableModelTests
{
    public enum Act
    {
        Insert,
        Remove,
        Resize,
        Replace,
        Expire,
        Write,
        Touch,
        Evict,
        Stick,
        Clear,
        Compact,
    }

    private sealed record Op(Act Act, int First, int Count, int Length)
    {
        public override string ToString() => $"{Act}({First}, {Count}, {Length})";
    }

    private static Gen<Op> Ops =>
        from act in Gen.Frequency(
            (8, Gen.Constant(Act.Insert)), (3, Gen.Constant(Act.Remove)), (2, Gen.Constant(Act.Resize)), (2, Gen.Constant(Act.Replace)),
            (2, Gen.Constant(Act.Expire)), (1, Gen.Constant(Act.Write)), (2, Gen.Constant(Act.Touch)), (1, Gen.Constant(Act.Evict)),
            (1, Gen.Constant(Act.Stick)), (2, Gen.Constant(Act.Compact)))
        from clear in Gen.Frequency((40, Gen.Constant(false)), (1, Gen.Constant(true)))
        from first in Gen.Choose(0, 3000)
        from count in Gen.Choose(1, 500)
        from length in Gen.Choose(0, 200)
        select new Op(clear ? Act.Clear : act, first, count, length);

    [TestMethod]
    [DataRow(nameof(KeyHash), false)]
    [DataRow(nameof(KeyHash), true)]
    [DataRow(nameof(TableKeys.Crowded), false)]
    [DataRow(nameof(TableKeys.Crowded), true)]
    [DataRow(nameof(TableKeys.Skewed), false)]
    public void BehavesAsADictionary(string hash, bool isChecked)
    {
        KeyHasher hasher = TableKeys.Named(hash);
        Prop.ForAll(Ops.ListOf().ToArbitrary(), ops => Run(ops, hasher, isChecked))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(isChecked ? 25 : 60).WithEndSize(30));
    }

    private static void Run(IEnumerable<Op> ops, KeyHasher hasher, bool isChecked)
    {
        using Arena arena = new(new ArenaOptions { Checked = isChecked });
        using DashTable table = new(arena, hasher);
        TableModel model = new(table, hasher);
        foreach (Op op in ops)
        {
            Apply(model, op);
            table.CheckInvariants();
            Assert.AreEqual(model.Count, table.Count);
            Assert.AreEqual(table.Statistics.TotalBytes, arena.AllocatedBytes);
        }

        model.CheckAll();
        table.Dispose();
        arena.Verify();
        Assert.AreEqual(0, arena.AllocatedBytes);
        Assert.AreEqual(0, arena.LiveBlocks);
    }

    private static void Apply(TableModel model, Op op)
    {
        if (op.Act == Act.Clear)
        {
            model.Clear();
            return;
        }

        if (op.Act == Act.Compact)
        {
            model.Compact(op.Count);
            return;
        }

        for (int number = op.First; number < op.First + op.Count; number++)
        {
            switch (op.Act)
            {
                case Act.Insert:
                    model.Insert(number, op.Length, expireAtMs: number % 3 * 1000);
                    break;
                case Act.Remove:
                    model.Remove(number);
                    break;
                case Act.Resize:
                    model.Resize(number, op.Length);
                    break;
                case Act.Replace:
                    model.Replace(number, op.Length, expireAtMs: op.Length % 2);
                    break;
                case Act.Expire:
                    model.Expire(number, (number + op.Length) % 4);
                    break;
                case Act.Write:
                    model.Write(number, (byte)op.Length);
                    break;
                case Act.Touch:
                    model.Touch(number);
                    break;
                case Act.Evict:
                    model.Evict(number);
                    break;
                case Act.Stick:
                    model.Stick(number, op.Length % 2 == 0);
                    break;
            }
        }
    }
}
