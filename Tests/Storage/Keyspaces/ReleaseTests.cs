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
    [DataRow(false)]
    [DataRow(true)]
    public void Everything_goes_at_once_records_blocks_that_stand_alone_and_what_a_flush_left(bool isChecked)
    {
        Keyspace keyspace = new(new KeyspaceOptions { Checked = isChecked });
        Fill(keyspace[0], "flushed", 5_000, 40);
        keyspace[0].Clear(later: true);
        Fill(keyspace[0], "small", 5_000, 40);
        Fill(keyspace[3], "alone", 3, 1_000_000);
        Assert.IsFalse(keyspace.Leftovers.IsEmpty);

        keyspace.Dispose();

        Assert.AreEqual((0L, 0L, 0L), (keyspace.Arena.ReservedBytes, keyspace.Arena.AllocatedBytes, keyspace.Arena.LiveBlocks));
        Assert.AreEqual((0L, 0L), (keyspace[0].Count, keyspace[3].Count), "a table names memory that is gone");
        Assert.IsTrue(keyspace.Leftovers.IsEmpty);
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

    private static void Fill(Database database, string prefix, int keys, int valueBytes)
    {
        for (int i = 0; i < keys; i++)
        {
            byte[] key = Encoding.ASCII.GetBytes($"{prefix}:{i}");
            database.Create(key, KeyHash.Of(key), ValueKind.String, ValueEncoding.Raw, valueBytes);
        }
    }
}
