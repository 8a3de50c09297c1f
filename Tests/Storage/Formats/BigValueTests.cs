using System.Globalization;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Formats.Df;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Storage.Formats;

/// <summary>A big value comes out of its steps as it does at once, and a step is short.</summary>
[TestClass]
public sealed class BigValueTests
{
    // A bucket of a dozen members of the sizes used here, or a node of a list.
    private const int StepBytesMax = 17 * 1024;

    [TestMethod]
    [DataRow("string")]
    [DataRow("list")]
    [DataRow("set")]
    [DataRow("hash")]
    [DataRow("zset")]
    [DataRow("stream")]
    public void Its_steps_make_what_is_written_at_once(string kind)
    {
        using InProcessClient client = new();
        Fill(client, kind);
        Database database = client.Engine.Shards[0].Keyspace[0];
        Assert.IsTrue(database.Table.TryFind("key"u8, KeyHash.Of("key"u8), out Slot slot));
        BigValue? big = BigValue.Of(database, 3, slot);
        Assert.IsNotNull(big);

        using SnapshotBuffer whole = new();
        using RdbFileWriter atOnce = new(whole);
        Assert.IsTrue(atOnce.TryRecord(database, 3, slot));
        using SnapshotBuffer pieces = new(bytesFirst: big.FileBytesMax);
        using RdbFileWriter stepwise = new(pieces);
        int room = Step(stepwise.Pieces(big), pieces);
        Assert.IsTrue(whole.WrittenSpan.SequenceEqual(pieces.WrittenSpan), "as RDB");
        Assert.IsLessThanOrEqualTo(big.FileBytesMax, pieces.Length);
        Assert.IsGreaterThan(0, room);

        using SnapshotBuffer wholeRecord = new();
        using DfRecordWriter recordAtOnce = new(wholeRecord);
        Assert.IsTrue(recordAtOnce.TryRecord(database, 3, slot));
        using SnapshotBuffer recordPieces = new();
        using DfRecordWriter recordStepwise = new(recordPieces);
        Step(recordStepwise.Pieces(big), recordPieces);
        Assert.IsTrue(wholeRecord.WrittenSpan.SequenceEqual(recordPieces.WrittenSpan), "as MessagePack");
    }

    [TestMethod]
    public void It_is_held_whatever_happens_to_the_table_around_it()
    {
        using InProcessClient client = new();
        Fill(client, "zset");
        Database database = client.Engine.Shards[0].Keyspace[0];
        Assert.IsTrue(database.Table.TryFind("key"u8, KeyHash.Of("key"u8), out Slot slot));
        BigValue big = BigValue.Of(database, 0, slot)!;
        for (int i = 0; i < 5000; i++)
            client.Execute("SET", $"other{i}", "value");
        Assert.IsTrue(database.Table.TryFind("key"u8, KeyHash.Of("key"u8), out slot));
        Assert.AreEqual(big.Identity, BigValue.IdentityOf(database, slot));
        Assert.IsTrue(big.Key.SequenceEqual("key"u8));
    }

    [TestMethod]
    public void What_is_small_or_has_fields_that_expire_is_written_at_once()
    {
        using InProcessClient client = new();
        client.Line("SET key value");
        Assert.IsNull(Of(client));
        client.Line("DEL key");
        Fill(client, "hash");
        Assert.IsNotNull(Of(client));
        client.Line("HPEXPIRE key 1000000 FIELDS 1 e7");
        Assert.IsNull(Of(client));
    }

    private static BigValue? Of(InProcessClient client)
    {
        Database database = client.Engine.Shards[0].Keyspace[0];
        Assert.IsTrue(database.Table.TryFind("key"u8, KeyHash.Of("key"u8), out Slot slot));
        return BigValue.Of(database, 0, slot);
    }

    // The number of steps.
    private static int Step(IEnumerable<bool> steps, SnapshotBuffer into)
    {
        int count = 0;
        int before = 0;
        foreach (bool _ in steps)
        {
            Assert.IsLessThanOrEqualTo(StepBytesMax, into.Length - before);
            before = into.Length;
            count++;
        }

        Assert.IsLessThanOrEqualTo(StepBytesMax, into.Length - before);
        return count;
    }

    private static void Fill(InProcessClient client, string kind)
    {
        const int Elements = 20_000;
        if (kind == "string")
        {
            client.Execute("SET", "key", new string('x', 300_000) + "end");
            return;
        }

        for (int i = 0; i < Elements; i++)
        {
            string element = string.Create(CultureInfo.InvariantCulture, $"e{i}");
            string[] command = kind switch
            {
                "list" => ["RPUSH", "key", element],
                "set" => ["SADD", "key", element],
                "hash" => ["HSET", "key", element, "value"],
                "zset" => ["ZADD", "key", $"{i % 100}.5", element],
                _ => ["XADD", "key", $"{i + 1}-1", "field", element],
            };
            client.Execute(command);
        }

        if (kind != "stream")
            return;
        client.Line("XGROUP CREATE key group 0");
        client.Line("XREADGROUP GROUP group one COUNT 700 STREAMS key >");
        client.Line("XREADGROUP GROUP group two COUNT 300 STREAMS key >");
    }
}
