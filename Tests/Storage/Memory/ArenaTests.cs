using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Tests.Storage.Memory;

[TestClass]
public class ArenaTests
{
    private const int ChunkBytes = 2 * 1024 * 1024;

    private static Arena NewArena() => new(new ArenaOptions { Name = "test", Checked = false });

    [TestMethod]
    public void AnEmptyArenaReservesNothing()
    {
        using Arena arena = NewArena();
        Assert.AreEqual(0, arena.ReservedBytes);
        arena.Free(arena.Allocate(100), 100);
        Assert.AreEqual(ChunkBytes, arena.ReservedBytes);
    }

    [TestMethod]
    public void WhenNothingIsLiveAllChunksButTheFirstGoBack()
    {
        using Arena arena = NewArena();
        List<uint> blocks = Fill(arena, 5 * ChunkBytes, 1000);
        Assert.IsGreaterThanOrEqualTo(5L * ChunkBytes, arena.ReservedBytes);
        blocks.ForEach(block => arena.Free(block, 1000));
        Assert.AreEqual(ChunkBytes, arena.ReservedBytes);
    }

    [TestMethod]
    public void AFullChunkBecomesAHugePageOnceAndKeepsWhatIsInIt()
    {
        using Arena arena = NewArena();
        Assert.IsFalse(arena.TryCollapseChunk());
        List<uint> blocks = Fill(arena, 2 * ChunkBytes, 1000);
        foreach (uint block in blocks)
            arena.Bytes(block, 1000).Fill((byte)block);
        Assert.IsTrue(arena.TryCollapseChunk());
        while (arena.TryCollapseChunk())
        {
        }

        foreach (uint block in blocks)
            Assert.AreEqual(-1, arena.Bytes(block, 1000).IndexOfAnyExcept((byte)block));
    }

    [TestMethod]
    public void WhatIsFilledWhileNobodyWaitsIsHugeFromTheFirstAndIsNotMadeSoAgain()
    {
        using Arena arena = NewArena();
        arena.IsBeingFilled = true;
        Fill(arena, 3 * ChunkBytes, 1000);
        arena.IsBeingFilled = false;
        Fill(arena, ChunkBytes, 1000);
        Assert.IsFalse(arena.TryCollapseChunk(), "all that was full had been filled so");
        Fill(arena, 2 * ChunkBytes, 1000);
        Assert.IsTrue(arena.TryCollapseChunk());
    }

    [TestMethod]
    public void APreparedChunkCountsAsReservedIsTheNextAndIsGivenBack()
    {
        using Arena arena = NewArena();
        List<uint> blocks = Fill(arena, ChunkBytes / 2, 1000);
        long reserved = arena.ReservedBytes;
        arena.PrepareChunk();
        arena.PrepareChunk();
        Assert.IsTrue(arena.HasPreparedChunk);
        Assert.AreEqual(reserved + ChunkBytes, arena.ReservedBytes);
        blocks.AddRange(Fill(arena, ChunkBytes, 1000));
        Assert.IsFalse(arena.HasPreparedChunk);
        Assert.AreEqual(reserved + ChunkBytes, arena.ReservedBytes);
        arena.PrepareChunk();
        blocks.ForEach(block => arena.Free(block, 1000));
        Assert.IsFalse(arena.HasPreparedChunk);
        Assert.AreEqual(ChunkBytes, arena.ReservedBytes);
        arena.PrepareChunk();
        arena.Dispose();
        Assert.AreEqual(0, arena.ReservedBytes);
        Assert.ThrowsExactly<ObjectDisposedException>(arena.PrepareChunk);
    }

    [TestMethod]
    public void UnderALeaseChunksStayThoughNothingIsLive()
    {
        using Arena arena = NewArena();
        using ArenaLease lease = arena.Lease("reader");
        List<uint> blocks = Fill(arena, 3 * ChunkBytes, 1000);
        long reserved = arena.ReservedBytes;
        blocks.ForEach(block => arena.Free(block, 1000));
        Assert.AreEqual(reserved, arena.ReservedBytes);
    }

    [TestMethod]
    public void MemoryOfFreedBlocksServesSmallerOnesBeforeMoreIsReserved()
    {
        using Arena arena = NewArena();
        uint keptAlive = arena.Allocate(8);
        List<uint> big = Fill(arena, 4 * ChunkBytes, 5000);
        long reserved = arena.ReservedBytes;
        big.ForEach(block => arena.Free(block, 5000));
        List<uint> small = Fill(arena, 3 * ChunkBytes, 56);
        Assert.AreEqual(reserved, arena.ReservedBytes);
        small.ForEach(block => arena.Free(block, 56));
        arena.Free(keptAlive, 8);
    }

    [TestMethod]
    public void PagesComeFromTheUpperEndOfAChunkWithoutWaste()
    {
        using Arena arena = NewArena();
        uint[] pages = [.. Enumerable.Range(0, (ChunkBytes / Arena.PageBytes) - 1).Select(_ => arena.AllocatePage())];
        Assert.AreEqual(ChunkBytes, arena.ReservedBytes);
        Assert.HasCount(pages.Length, pages.Distinct());
        Assert.AreEqual(pages.Length * (long)Arena.PageBytes, arena.AllocatedBytes);
    }

    [TestMethod]
    public void APageIsAlignedWhereverTheRestIs()
    {
        using Arena arena = NewArena();
        List<uint> big = Fill(arena, ChunkBytes - 20_000, 9000);
        arena.Allocate(8);
        foreach (uint block in big)
        {
            arena.Free(block, 9000);
            Fill(arena, 30_000, 700); // until the rest is a part of what was freed
            uint page = arena.AllocatePage();
            Assert.AreEqual(0u, page % (Arena.PageBytes / 8));
            arena.Bytes(page, Arena.PageBytes).Fill(1);
        }
    }

    [TestMethod]
    public void ABigBlockGrowsUnderItsHandleAndKeepsItsBytes()
    {
        using Arena arena = NewArena();
        uint block = arena.Allocate(300_000);
        arena.Bytes(block, 300_000).Fill(7);
        Assert.AreEqual(block, arena.Reallocate(block, 300_000, 3_000_000));
        Assert.AreEqual(-1, arena.Bytes(block, 300_000).IndexOfAnyExcept((byte)7));
        Assert.AreEqual(Arena.CapacityOf(3_000_000), arena.AllocatedBytes);
        uint shrunk = arena.Reallocate(block, 3_000_000, 50);
        Assert.AreNotEqual(block, shrunk);
        Assert.AreEqual(-1, arena.Bytes(shrunk, 50).IndexOfAnyExcept((byte)7));
        arena.Free(shrunk, 50);
        Assert.AreEqual(0, arena.AllocatedBytes);
    }

    [TestMethod]
    public void AStaleHandleOfABigBlockIsRefusedEvenUnchecked()
    {
        using Arena arena = NewArena();
        uint block = arena.Allocate(300_000);
        arena.Free(block, 300_000);
        uint next = arena.Allocate(300_000);
        Assert.AreNotEqual(block, next);
        Assert.ThrowsExactly<ArenaCheckException>(() => arena.Bytes(block, 1).Length);
    }

    [TestMethod]
    public void NegativeSizesAreRefused()
    {
        using Arena arena = NewArena();
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => arena.Allocate(-1));
        Assert.AreEqual(0, arena.LiveBlocks);
    }

    [TestMethod]
    public void DisposingReleasesWhatIsLiveAndEndsAllocation()
    {
        Arena arena = NewArena();
        arena.Allocate(100);
        arena.Allocate(1_000_000);
        arena.AllocatePage();
        arena.Dispose();
        arena.Dispose();
        Assert.AreEqual((0L, 0L, 0L), (arena.AllocatedBytes, arena.ReservedBytes, arena.LiveBlocks));
        Assert.ThrowsExactly<ObjectDisposedException>(() => arena.Allocate(100));
        Assert.ThrowsExactly<ObjectDisposedException>(() => arena.Allocate(1_000_000));
        Assert.ThrowsExactly<ObjectDisposedException>(() => arena.AllocatePage());
    }

    private static List<uint> Fill(Arena arena, int bytes, int blockBytes)
        => [.. Enumerable.Range(0, bytes / Arena.CapacityOf(blockBytes)).Select(_ => arena.Allocate(blockBytes))];
}
