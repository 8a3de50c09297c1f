using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Tests.Storage.Memory;

/// <summary>Checked mode finds what would corrupt memory silently, and names arena, block and size.</summary>
[TestClass]
public sealed class ArenaCheckedTests : IDisposable
{
    private readonly Arena _arena = new(new ArenaOptions { Name = "shard-7", Checked = true });

    [TestMethod]
    public void UseAfterFree()
    {
        uint block = _arena.Allocate(56);
        _arena.Free(block, 56);
        Expect(block, "56 bytes: used after it was freed", () => _arena.Bytes(block, 56).Length);
    }

    [TestMethod]
    public void UseAfterFreeAndReuseOfTheEntry()
    {
        uint block = _arena.Allocate(56);
        _arena.Free(block, 56);
        for (int i = 0; i < 3000; i++)
            _arena.Free(_arena.Allocate(56), 56);
        Expect(block, "used after it was freed", () => _arena.Bytes(block, 56).Length);
    }

    [TestMethod]
    public void DoubleFree()
    {
        uint block = _arena.Allocate(100);
        _arena.Free(block, 100);
        Expect(block, "100 bytes: freed after it was freed", () => _arena.Free(block, 100));
        uint page = _arena.AllocatePage();
        _arena.FreePage(page);
        Expect(page, "freed after it was freed", () => _arena.FreePage(page));
    }

    [TestMethod]
    public void FreeingWithAnotherSize()
    {
        uint block = _arena.Allocate(100);
        Expect(block, "given back as one of 99 bytes", () => _arena.Free(block, 99));
    }

    [TestMethod]
    public void AskingForMoreThanThereIs()
    {
        uint block = _arena.Allocate(100);
        Expect(block, "101 bytes wanted", () => _arena.Bytes(block, 101).Length);
    }

    [TestMethod]
    public void OverrunIsSeenWhenTheBlockIsFreedAndByVerify()
    {
        uint block = _arena.Allocate(30);
        WriteAt(block, 30);
        Expect(block, "beyond its end", _arena.Verify);
        Expect(block, "beyond its end", () => _arena.Free(block, 30));
    }

    [TestMethod]
    public void WriteAfterFreeIsSeenInQuarantine()
    {
        uint block = _arena.Allocate(64);
        Span<byte> kept = _arena.Bytes(block, 64);
        _arena.Free(block, 64);
        Assert.AreEqual(-1, kept.IndexOfAnyExcept((byte)0xDD));
        kept[5] = 1;
        Expect(block, "written at byte 5 after it was freed", _arena.Verify);
    }

    [TestMethod]
    public void TheOldHandleOfAReallocatedBlock()
    {
        uint block = _arena.Allocate(64);
        uint moved = _arena.Reallocate(block, 64, 60);
        Expect(block, "used after it was freed", () => _arena.Bytes(block, 60).Length);
        Assert.AreEqual(60, _arena.Bytes(moved, 60).Length);
    }

    [TestMethod]
    public void AHandleThatNeverWas() => Expect(0x8012_3456, "there is no such block", () => _arena.Bytes(0x8012_3456, 1).Length);

    public void Dispose() => _arena.Dispose();

    private unsafe void WriteAt(uint block, int offset) => _arena.PointerTo(block)[offset] = 1;

    private static void Expect(uint block, string what, Func<int> act) => Expect(block, what, () => { _ = act(); });

    private static void Expect(uint block, string what, Action act)
    {
        ArenaCheckException found = Assert.ThrowsExactly<ArenaCheckException>(act);
        Assert.Contains("arena shard-7: block 0x" + block.ToString("X8"), found.Message);
        Assert.Contains(what, found.Message);
    }
}
