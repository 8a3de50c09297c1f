using System.Text;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Storage.Formats;

/// <summary>The short way by which most records go into an RDB file gives the bytes of the long one.</summary>
[TestClass]
public sealed class RdbShortStringsTests
{
    // Around the lengths at which a string has another form: an integer, a length of one byte, one that may be compressed.
    private static readonly string[] Texts =
    [
        "", "0", "-1", "127", "-129", "32768", "2147483647", "-2147483648", "2147483648", "9223372036854775807", "-9223372036854775808", "00000000001", "letters",
        new('x', 15), new('x', 16), new('x', 17), new('x', 31), new('x', 32), new('x', 33), new('x', 62), new('x', 63), new('x', 64), new('x', 65),
    ];

    [TestMethod]
    public void A_short_string_comes_out_as_others_do()
    {
        int shorts = 0;
        foreach (string key in Texts)
        {
            foreach (string value in Texts)
            {
                using Keyspace keyspace = SnapshotSamples.Hold(Text(key, value, expireAtMs: value.Length % 2));
                bool isShort = key.Length < 64 && value.Length < 64;
                Assert.AreEqual(isShort ? 0 : 1, LeftOf(keyspace, aliveAtMs: 0, out byte[] written), $"'{key}' '{value}'");
                CollectionAssert.AreEqual(isShort ? OneByOne(keyspace) : OneByOne(keyspace)[..2], written, $"'{key}' '{value}'");
                shorts += isShort ? 1 : 0;
            }
        }

        Assert.AreEqual(21 * 21, shorts);
    }

    [TestMethod]
    public void Other_types_and_what_has_expired_are_left()
    {
        using Keyspace keyspace = SnapshotSamples.Hold(
            [Text("gone", "x", expireAtMs: 9), Text("in time", "x", expireAtMs: 10), Text("always", "x", expireAtMs: 0), .. Others()]);
        Assert.AreEqual(Others().Length + 1, LeftOf(keyspace, aliveAtMs: 10, out byte[] written));
        using Keyspace kept = SnapshotSamples.Hold(Text("in time", "x", expireAtMs: 10), Text("always", "x", expireAtMs: 0));
        Assert.AreEqual(OneByOne(kept).Length, written.Length);
    }

    [TestMethod]
    public void Without_room_for_all_none_is_written()
    {
        using Keyspace keyspace = SnapshotSamples.Hold(Text("a", "x", 0), Text("b", "x", 0));
        using SnapshotBuffer buffer = new(bytesMax: 100);
        using RdbFileWriter writer = new(buffer);
        int records = 0;
        Each(keyspace, left =>
        {
            Assert.AreEqual(0, writer.WriteShortStrings(keyspace[0], 0, ref left, aliveAtMs: 0));
            Assert.AreEqual(0, buffer.Length);
            records += left.Count;
        });
        Assert.AreEqual(2, records);
    }

    private static SampleKey Text(string key, string value, long expireAtMs)
        => new(0, key, expireAtMs, LegacyPayload.Packed(RdbType.String, Encoding.ASCII.GetBytes(value)));

    private static SampleKey[] Others()
        => [.. DamagedPayloadTests.Corpus().Where(payload => payload[0] != (byte)RdbType.String).Select((payload, i) => new SampleKey(0, $"k{i}", 0, payload))];

    // Records of database 0 that are left, and what was written of the others.
    private static int LeftOf(Keyspace keyspace, long aliveAtMs, out byte[] written)
    {
        using SnapshotBuffer buffer = new();
        using RdbFileWriter writer = new(buffer);
        int remaining = 0;
        int count = 0;
        Each(keyspace, left =>
        {
            count += writer.WriteShortStrings(keyspace[0], 0, ref left, aliveAtMs);
            remaining += left.Count;
        });
        Assert.AreEqual(keyspace[0].Count, count + remaining);
        written = buffer.WrittenSpan.ToArray();
        return remaining;
    }

    private static byte[] OneByOne(Keyspace keyspace)
    {
        using SnapshotBuffer buffer = new();
        using RdbFileWriter writer = new(buffer);
        Each(keyspace, left =>
        {
            foreach (Slot slot in left)
                Assert.IsTrue(writer.TryRecord(keyspace[0], slot));
        });
        return buffer.WrittenSpan.ToArray();
    }

    private static void Each(Keyspace keyspace, Action<BucketSlots> take)
    {
        WalkCursor cursor = default;
        while (keyspace[0].Table.TryWalk(ref cursor, out BucketRef bucket))
        {
            if (bucket.Count > 0)
                take(keyspace[0].Table.SlotsOf(bucket));
        }
    }
}
