using System.Text;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Storage.Keyspaces;

/// <summary>The end of a keyspace's memory: refused as a whole while somebody reads, and final.</summary>
[TestClass]
public sealed class ReleaseTests
{
    [TestMethod]
    public void Refused_under_a_lease_nothing_of_it_is_freed()
    {
        Keyspace keyspace = new(new KeyspaceOptions { Checked = true });
        byte[] key = Encoding.ASCII.GetBytes("read under a lease");
        keyspace[0].Table.Insert(key, KeyHash.Of(key), ValueKind.String, ValueEncoding.Raw, 4);
        using ArenaLease lease = keyspace.Arena.Lease("walk");
        long blocks = keyspace.Arena.LiveBlocks;

        Assert.ThrowsExactly<InvalidOperationException>(keyspace.Dispose);

        Assert.AreEqual(blocks, keyspace.Arena.LiveBlocks);
        Assert.IsTrue(keyspace[0].Table.TryFind(key, KeyHash.Of(key), out _));
        lease.Release();
        keyspace.Dispose();
        Assert.AreEqual(0, keyspace.Arena.ReservedBytes);
    }

    [TestMethod]
    public void A_step_on_released_memory_is_refused_and_counted()
    {
        Keyspace keyspace = new(new KeyspaceOptions());
        keyspace.Arena.RequireAlive();
        keyspace.Dispose();

        Assert.ThrowsExactly<ArenaCheckException>(keyspace.Arena.RequireAlive);

        Assert.AreEqual(1, keyspace.Arena.StaleUses);
    }
}
