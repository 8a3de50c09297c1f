using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Tests.Storage.Memory;

[TestClass]
public class ArenaLeaseTests
{
    [TestMethod]
    public void MemoryUnderALeaseIsNotReleasedAndTheHoldersAreNamed()
    {
        Arena arena = new(new ArenaOptions { Name = "shard-0" });
        uint block = arena.Allocate(100);
        arena.Bytes(block, 100).Fill(5);
        ArenaLease snapshot = arena.Lease("snapshot walk");
        ArenaLease replica = arena.Lease("replica 10.0.0.2");
        InvalidOperationException refused = Assert.ThrowsExactly<InvalidOperationException>(arena.Dispose);
        Assert.AreEqual("arena shard-0: not released, 2 live lease(s): snapshot walk, replica 10.0.0.2", refused.Message);
        Assert.AreEqual(5, arena.Bytes(block, 100)[99]);

        Assert.IsTrue(snapshot.Release());
        Assert.ThrowsExactly<InvalidOperationException>(arena.Dispose);
        replica.Dispose();
        Assert.AreEqual(0, arena.LiveLeases);
        arena.Dispose();
        Assert.AreEqual(0, arena.ReservedBytes);
    }

    [TestMethod]
    public void AReleasedArenaGivesNoLease()
    {
        Arena arena = new(new ArenaOptions());
        arena.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => arena.Lease("late"));
    }

    [TestMethod]
    public void OfManyReleasesOnManyThreadsOneWins()
    {
        using Arena arena = new(new ArenaOptions());
        for (int round = 0; round < 50; round++)
        {
            ArenaLease[] leases = [.. Enumerable.Range(0, 4).Select(i => arena.Lease($"holder {i}"))];
            int winners = 0;
            Thread[] threads = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() =>
            {
                foreach (ArenaLease lease in leases)
                {
                    if (lease.Release())
                        Interlocked.Increment(ref winners);
                }
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            Assert.AreEqual(leases.Length, winners);
            Assert.AreEqual(0, arena.LiveLeases);
        }
    }
}
