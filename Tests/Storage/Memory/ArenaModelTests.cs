using DragonflyFlow.Storage.Memory;
using FsCheck;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Storage.Memory;

/// <summary>
/// Random allocations, reallocations and releases against a list of what should be live: contents stay, accounts are exact to the byte.
/// </summary>
[TestClass]
public class ArenaModelTests
{
    private enum Act
    {
        Allocate,
        Free,
        Reallocate,
        AllocatePage,
        FreePage,
    }

    private sealed record Op(Act Act, int Bytes, int Which)
    {
        public override string ToString() => $"{Act}({Bytes}, {Which})";
    }

    private static Gen<Op> Ops
    {
        get
        {
            Gen<int> sizes = Gen.Frequency(
                (6, Gen.Choose(0, 300)), (3, Gen.Choose(257, 9_000)), (1, Gen.Choose(9_000, 262_144)), (1, Gen.Choose(262_145, 900_000)));
            Gen<Act> acts = Gen.Frequency(
                (6, Gen.Constant(Act.Allocate)), (4, Gen.Constant(Act.Free)), (3, Gen.Constant(Act.Reallocate)),
                (2, Gen.Constant(Act.AllocatePage)), (1, Gen.Constant(Act.FreePage)));
            return from act in acts from bytes in sizes from which in Gen.Choose(0, 10_000) select new Op(act, bytes, which);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void LiveBlocksNeverOverlapAndAccountsAreExact(bool isChecked)
    {
        Prop.ForAll(Ops.ListOf().ToArbitrary(), ops => Run(ops, isChecked))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(120).WithEndSize(400));
    }

    private static void Run(IEnumerable<Op> ops, bool isChecked)
    {
        using Arena arena = new(new ArenaOptions { Name = "model", Checked = isChecked });
        List<Block> live = [];
        byte stamp = 0;
        foreach (Op op in ops)
        {
            Apply(arena, live, op, ++stamp);
            Assert.AreEqual(live.Sum(static block => (long)Arena.CapacityOf(block.Bytes)), arena.AllocatedBytes);
            Assert.AreEqual(live.Count, arena.LiveBlocks);
            if (!isChecked)
                Assert.IsGreaterThanOrEqualTo(arena.AllocatedBytes, arena.ReservedBytes);
        }

        foreach (Block block in live)
            block.CheckContent(arena);
        foreach (Block block in live)
            block.Release(arena);
        arena.Verify();
        Assert.AreEqual(0, arena.AllocatedBytes);
        Assert.AreEqual(0, arena.LiveBlocks);
        arena.Dispose();
        Assert.AreEqual(0, arena.ReservedBytes);
    }

    private static void Apply(Arena arena, List<Block> live, Op op, byte stamp)
    {
        switch (op.Act)
        {
            case Act.Allocate:
                live.Add(Block.Stamped(arena, arena.Allocate(op.Bytes), op.Bytes, isPage: false, stamp));
                break;
            case Act.AllocatePage:
                live.Add(Block.Stamped(arena, arena.AllocatePage(), Arena.PageBytes, isPage: true, stamp));
                break;
            default:
                int at = live.FindIndex(op.Which % Math.Max(1, live.Count), block => block.IsPage == (op.Act == Act.FreePage));
                if (at < 0)
                    break;
                Block chosen = live[at];
                chosen.CheckContent(arena);
                live.RemoveAt(at);
                if (op.Act == Act.Reallocate)
                    live.Add(chosen.Resized(arena, op.Bytes, stamp));
                else
                    chosen.Release(arena);
                break;
        }
    }

    /// <summary>A live block, filled with its stamp from end to end: any overlap with another shows.</summary>
    private sealed record Block(uint Handle, int Bytes, bool IsPage, byte Stamp)
    {
        public static unsafe Block Stamped(Arena arena, uint handle, int bytes, bool isPage, byte stamp)
        {
            Assert.AreNotEqual(0u, handle);
            ulong address = (ulong)arena.PointerTo(handle);
            Assert.AreEqual(0ul, address % (isPage ? Arena.PageBytes : 8ul), "alignment");
            arena.Bytes(handle, bytes).Fill(stamp);
            return new Block(handle, bytes, isPage, stamp);
        }

        public void CheckContent(Arena arena)
            => Assert.AreEqual(-1, arena.Bytes(Handle, Bytes).IndexOfAnyExcept(Stamp), $"block 0x{Handle:X8} of {Bytes} was overwritten");

        public Block Resized(Arena arena, int bytes, byte stamp)
        {
            uint handle = arena.Reallocate(Handle, Bytes, bytes);
            Assert.AreEqual(-1, arena.Bytes(handle, Math.Min(Bytes, bytes)).IndexOfAnyExcept(Stamp), "kept bytes");
            return Stamped(arena, handle, bytes, isPage: false, stamp);
        }

        public void Release(Arena arena)
        {
            if (IsPage)
                arena.FreePage(Handle);
            else
                arena.Free(Handle, Bytes);
        }
    }
}
