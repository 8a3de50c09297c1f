using System.Runtime.InteropServices;
using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Tests.Storage.Memory;

[TestClass]
public sealed unsafe partial class ChunkRestTests : IDisposable
{
    private const uint PageUnits = Arena.PageBytes >> ChunkTable.UnitShift;
    private const int PiecePages = 8;
    private const int Pages = ChunkTable.ChunkBytes / Arena.PageBytes;
    private const uint First = 5u << ChunkTable.ChunkShift;
    private const int PrivateAnonymous = 0x22;

    private readonly nint _memory;

    public ChunkRestTests()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("new pages are made ahead on Linux");
        _memory = MemoryMap.Map(0, 2 * ChunkTable.ChunkBytes, MemoryMap.ReadWrite, PrivateAnonymous, -1, 0);
        Assert.AreNotEqual(MemoryMap.Failed, _memory);
    }

    private byte* Chunk => (byte*)(((nuint)_memory + ChunkTable.ChunkBytes - 1) & ~((nuint)ChunkTable.ChunkBytes - 1));

    public void Dispose() => Assert.AreEqual(0, MemoryMap.Unmap(_memory, 2 * ChunkTable.ChunkBytes));

    [TestMethod]
    public void MemoryIsPagedInAPieceAheadFromBelow()
    {
        ChunkRest rest = ChunkRest.OfChunk(Chunk, First);
        Assert.AreEqual(0, Resident().Length, "nothing before anything is cut");
        for (uint block = 0; block < 3 * PiecePages; block++)
        {
            Assert.AreEqual(First + (block * PageUnits), rest.Cut(PageUnits));
            int pieces = (int)(block / PiecePages) + 1;
            CollectionAssert.AreEqual(Enumerable.Range(0, pieces * PiecePages).ToArray(), Resident());
        }
    }

    [TestMethod]
    public void ABlockThatIsBiggerThanAPieceIsPagedInToItsEnd()
    {
        ChunkRest rest = ChunkRest.OfChunk(Chunk, First);
        rest.Cut(1);
        rest.Cut(20 * PageUnits);
        CollectionAssert.AreEqual(Enumerable.Range(0, 21).ToArray(), Resident(), "the first page is shared");
        rest.Cut(PageUnits - 1);
        Assert.HasCount(21, Resident(), "it was there");
        rest.Cut(1);
        Assert.HasCount(21 + PiecePages, Resident());
    }

    [TestMethod]
    public void PagesAreMadeAPieceAheadFromAboveUntilBothEndsMeet()
    {
        ChunkRest rest = ChunkRest.OfChunk(Chunk, First);
        Assert.AreEqual(First + ChunkTable.UnitsPerChunk - PageUnits, rest.CutPage(out uint above));
        Assert.AreEqual(First + ChunkTable.UnitsPerChunk, above);
        CollectionAssert.AreEqual(Enumerable.Range(Pages - PiecePages, PiecePages).ToArray(), Resident());
        rest.Cut(ChunkTable.UnitsPerChunk - (10 * PageUnits));
        Assert.HasCount(Pages - 2, Resident());
        for (int page = 2; rest.HoldsPage(); page++)
            Assert.AreEqual(First + ChunkTable.UnitsPerChunk - ((uint)page * PageUnits), rest.CutPage(out _));
        Assert.IsFalse(rest.Holds(1));
        Assert.HasCount(Pages, Resident());
    }

    [TestMethod]
    public void OfTheFirstChunkUnitZeroIsNotCut()
    {
        ChunkRest rest = ChunkRest.OfChunk(Chunk, first: 0);
        Assert.AreEqual(1u, rest.Cut(3));
        Assert.HasCount(PiecePages, Resident());
        Assert.IsTrue(rest.Holds(ChunkTable.UnitsPerChunk - 4));
        Assert.IsFalse(rest.Holds(ChunkTable.UnitsPerChunk - 3));
    }

    [TestMethod]
    public void ABlockThatWasInUseIsNotPagedInAgain()
    {
        ChunkRest rest = ChunkRest.OfBlock(First, 4 * PageUnits);
        rest.Cut(PageUnits);
        rest.CutPage(out _);
        Assert.AreEqual(0, Resident().Length);
        Assert.IsFalse(default(ChunkRest).HoldsPage());
        Assert.IsFalse(default(ChunkRest).Holds(1));
    }

    private int[] Resident()
    {
        byte[] states = new byte[Pages];
        fixed (byte* first = states)
            Assert.AreEqual(0, ResidentPages(Chunk, ChunkTable.ChunkBytes, first));
        return [.. Enumerable.Range(0, Pages).Where(page => (states[page] & 1) != 0)];
    }

    [LibraryImport("libc", EntryPoint = "mincore")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ResidentPages(void* start, nuint bytes, byte* states);
}
