using System.Text;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Formats.Df;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Storage.Formats;

/// <summary>The short way by which most records go into a snapshot gives the bytes of the long one, in both forms; in RDB all strings that are not big go it.</summary>
[TestClass]
public sealed class ShortStringsTests
{
    // Around the lengths at which a string has another form: an integer, a length of one byte, one that may be compressed; and at which it is copied otherwise.
    private static readonly string[] Texts =
    [
        "", "0", "-1", "127", "-129", "32768", "2147483647", "-2147483648", "2147483648", "9223372036854775807", "-9223372036854775808", "00000000001", "letters",
        Letters(15), Letters(16), Letters(17), Letters(31), Letters(32), Letters(33), Letters(62), Letters(63), Letters(64), Letters(65),
        Letters(1000), Letters(BigValue.BytesMin - 1), Letters(BigValue.BytesMin),
    ];

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_short_string_comes_out_as_others_do(bool isDf)
    {
        int shorts = 0;
        foreach (string key in Texts)
        {
            foreach (string value in Texts)
            {
                long expireAtMs = isDf ? 0 : value.Length % 2;
                using Keyspace keyspace = SnapshotSamples.Hold(Text(key, value, expireAtMs));
                bool isShort = isDf ? key.Length < 64 && value.Length < 64 : key.Length < BigValue.BytesMin && value.Length < BigValue.BytesMin;
                using Writer shortWay = new(keyspace, isDf);
                Assert.AreEqual(isShort ? 0 : 1, shortWay.WriteShort(aliveAtMs: 0), $"'{key}' '{value}'");
                using Writer longWay = new(keyspace, isDf);
                longWay.WriteEach();
                if (!isShort)
                    continue;
                CollectionAssert.AreEqual(longWay.Bytes, shortWay.Bytes, $"'{key}' '{value}'");
                CollectionAssert.AreEqual(longWay.Marks, shortWay.Marks, $"'{key}' '{value}'");
                shorts++;
            }
        }

        Assert.AreEqual(isDf ? 21 * 21 : (Texts.Length - 1) * (Texts.Length - 1), shorts);
    }

    [TestMethod]
    public void Other_types_and_what_has_expired_are_left()
    {
        using Keyspace keyspace = SnapshotSamples.Hold(
            [Text("gone", "x", expireAtMs: 9), Text("in time", "x", expireAtMs: 10), Text("always", "x", expireAtMs: 0), .. Others()]);
        using Writer writer = new(keyspace, isDf: false);
        Assert.AreEqual(Others().Length + 1, writer.WriteShort(aliveAtMs: 10));
        using Keyspace kept = SnapshotSamples.Hold(Text("in time", "x", expireAtMs: 10), Text("always", "x", expireAtMs: 0));
        using Writer expected = new(kept, isDf: false);
        expected.WriteEach();
        Assert.HasCount(expected.Bytes.Length, writer.Bytes);
    }

    [TestMethod]
    public void Our_own_form_leaves_what_expires_or_is_marked_too()
    {
        using Keyspace keyspace = SnapshotSamples.Hold(
            [Text("expires", "x", expireAtMs: 10), Text("sticks", "x", 0) with { IsSticky = true }, Text("always", "x", expireAtMs: 0), .. Others()]);
        using Writer writer = new(keyspace, isDf: true);
        Assert.AreEqual(Others().Length + 2, writer.WriteShort(aliveAtMs: 0));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Without_room_for_all_none_is_written(bool isDf)
    {
        using Keyspace keyspace = SnapshotSamples.Hold(Text("a", "x", 0), Text("b", "x", 0));
        using Writer writer = new(keyspace, isDf, bytesMax: 100);
        Assert.AreEqual(2, writer.WriteShort(aliveAtMs: 0));
        Assert.IsEmpty(writer.Bytes);
    }

    [TestMethod]
    public void Long_strings_that_find_no_room_stay_and_none_is_lost()
    {
        using Keyspace keyspace = SnapshotSamples.Hold([.. Enumerable.Range(0, 20).Select(static i => Text($"key{i}", i % 2 == 0 ? "x" : Letters(400), 0))]);
        using Writer writer = new(keyspace, isDf: false, bytesMax: 4000);
        int left = writer.WriteShort(aliveAtMs: 0);
        Assert.IsTrue(left is > 0 and < 10, $"{left}");
        Assert.HasCount(10 - left, writer.Marks);
    }

    private static string Letters(int length) => string.Concat(Enumerable.Range(0, length).Select(static i => (char)('a' + (i % 26))));

    private static SampleKey Text(string key, string value, long expireAtMs)
        => new(0, key, expireAtMs, LegacyPayload.Packed(RdbType.String, Encoding.ASCII.GetBytes(value)));

    private static SampleKey[] Others()
        => [.. DamagedPayloadTests.Corpus().Where(payload => payload[0] != (byte)RdbType.String).Select((payload, i) => new SampleKey(0, $"k{i}", 0, payload))];

    /// <summary>Writes database 0 in one of the forms.</summary>
    private sealed class Writer : IDisposable
    {
        private readonly Database _database;
        private readonly bool _isDf;
        private readonly SnapshotBuffer _buffer;
        private readonly StringMarks _marks;
        private readonly RdbFileWriter _rdb;
        private readonly DfRecordWriter _df;

        public Writer(Keyspace keyspace, bool isDf, int bytesMax = int.MaxValue)
        {
            _database = keyspace[0];
            _isDf = isDf;
            _buffer = new SnapshotBuffer(bytesMax, bytesFirst: Math.Min(bytesMax, 4 * BigValue.BytesMin));
            _marks = new StringMarks(_buffer);
            _rdb = new RdbFileWriter(_buffer, _marks);
            _df = new DfRecordWriter(_buffer);
        }

        public byte[] Bytes => _buffer.WrittenSpan.ToArray();

        /// <summary>Which strings may be compressed.</summary>
        public StringMarks.Mark[] Marks => _marks.All.ToArray();

        /// <summary>The short way, and how many records it left.</summary>
        public int WriteShort(long aliveAtMs)
        {
            int count = 0;
            int remaining = 0;
            foreach (BucketRef bucket in Buckets())
            {
                BucketSlots left = _database.Table.SlotsOf(bucket);
                count += _isDf ? _df.WriteShortStrings(_database, 0, ref left) : _rdb.WriteStrings(_database, 0, ref left, aliveAtMs);
                remaining += left.Count;
            }

            Assert.AreEqual(_database.Count, count + remaining);
            return remaining;
        }

        /// <summary>The long way.</summary>
        public void WriteEach()
        {
            foreach (BucketRef bucket in Buckets())
            {
                foreach (Slot slot in _database.Table.SlotsOf(bucket))
                    Assert.IsTrue(_isDf ? _df.TryRecord(_database, 0, slot) : _rdb.TryRecord(_database, slot));
            }
        }

        public void Dispose()
        {
            _df.Dispose();
            _marks.Dispose();
            _rdb.Dispose();
            _buffer.Dispose();
        }

        private IEnumerable<BucketRef> Buckets()
        {
            WalkCursor cursor = default;
            while (_database.Table.TryWalk(ref cursor, out BucketRef bucket))
            {
                if (bucket.Count > 0)
                    yield return bucket;
            }
        }
    }
}
