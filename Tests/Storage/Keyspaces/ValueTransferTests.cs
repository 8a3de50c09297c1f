using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using static DragonflyFlow.Tests.Storage.Keyspaces.KeyspaceTestExtensions;

namespace DragonflyFlow.Tests.Storage.Keyspaces;

/// <summary>Values between keys of one table, of two databases of a shard, and of two shards.</summary>
[TestClass]
public class ValueTransferTests
{
    private static readonly byte[] From = "from"u8.ToArray();
    private static readonly byte[] To = "to"u8.ToArray();

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(false, true)]
    [DataRow(true, false)]
    public void Bytes_are_copied_and_moved_with_their_expiry(bool otherShard, bool otherDatabase)
    {
        using Keyspace first = NewKeyspace();
        using Keyspace second = NewKeyspace(index: 1);
        Database source = first[0];
        Database target = otherShard ? second[0] : first[otherDatabase ? 1 : 0];

        // A full table: creating the target may split the segment that the source is in.
        for (int i = 0; i < 700; i++)
            target.Put($"filler-{i}", "v");
        for (int round = 0; round < 500; round++)
        {
            source.Put("from", $"value-{round}", expireAtMs: 1000);
            ValueTransfer.Copy(source, From, KeyHash.Of(From), target, To, KeyHash.Of(To));
            Assert.AreEqual($"value-{round}", source.Look("from"));
            Assert.AreEqual($"value-{round}", target.Look("to"));
            target.Delete("to");
            Slot slot = ValueTransfer.Move(source, From, KeyHash.Of(From), target, To, KeyHash.Of(To));
            Assert.IsTrue(target.Table.Key(slot).SequenceEqual(To));
            Assert.AreEqual(1000, target.Table.ExpireAtMs(slot));
            Assert.IsNull(source.Look("from"));
            Assert.AreEqual($"value-{round}", target.Look("to"));
            target.Delete("to");
            target.Put($"more-{round}", "v");
        }

        Assert.AreEqual(0, first[0].ExpiringCount + first[1].ExpiringCount + second[0].ExpiringCount);
    }

    [TestMethod]
    public void Within_a_shard_a_big_container_moves_as_it_is()
    {
        using Keyspace keyspace = NewKeyspace();
        Box box = new(keyspace);
        keyspace[0].CreateObject(From, KeyHash.Of(From), box, expireAtMs: 77);
        Slot slot = ValueTransfer.Move(keyspace[0], From, KeyHash.Of(From), keyspace[1], To, KeyHash.Of(To));
        Assert.AreSame(box, keyspace[1].Object<Box>(slot));
        Assert.AreEqual(77, keyspace[1].Table.ExpireAtMs(slot));
        Assert.AreEqual(0, keyspace[0].Count);
        Assert.IsFalse(box.IsFreed);
        slot = ValueTransfer.Move(keyspace[1], To, KeyHash.Of(To), keyspace[1], From, KeyHash.Of(From));
        Assert.AreSame(box, keyspace[1].Object<Box>(slot));
    }

    [TestMethod]
    public void To_another_shard_a_big_container_is_copied_and_the_old_one_freed()
    {
        using Keyspace first = NewKeyspace();
        using Keyspace second = NewKeyspace(index: 1);
        Box box = new(first);
        first[0].CreateObject(From, KeyHash.Of(From), box);
        Slot copy = ValueTransfer.Copy(first[0], From, KeyHash.Of(From), second[0], To, KeyHash.Of(To));
        Assert.AreSame(second, second[0].Object<Box>(copy).Home);
        Assert.IsFalse(box.IsFreed);
        second[0].Delete("to");
        Slot moved = ValueTransfer.Move(first[0], From, KeyHash.Of(From), second[0], To, KeyHash.Of(To));
        Assert.AreSame(second, second[0].Object<Box>(moved).Home);
        Assert.IsTrue(box.IsFreed);
        Assert.AreEqual(0, first[0].Count);
    }

    private sealed class Box(Keyspace home) : LargeValue
    {
        internal Keyspace Home => home;

        internal bool IsFreed { get; private set; }

        public override ValueKind Kind => ValueKind.Hash;

        public override long MemoryBytes => 1;

        public override LargeValue CopyTo(Keyspace target) => new Box(target);

        public override bool FreeSome(ref long pieces)
        {
            IsFreed = true;
            return false;
        }
    }
}
