using System.Text;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Memory;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Storage.Formats;

/// <summary>RDB files: what is written is read again, however the file is cut into pieces; and items that only other servers write.</summary>
[TestClass]
public sealed class RdbFileTests
{
    private static readonly byte[][] Payloads = [.. DamagedPayloadTests.Corpus()];

    [TestMethod]
    public void WhatIsWrittenIsReadHoweverItIsCut() => ModelCheck.Run(
        SnapshotSamples.Keys(Payloads),
        keys =>
        {
            using Keyspace keyspace = SnapshotSamples.Hold([.. keys.Select(key => key with { IsSticky = false })]);
            string digest = SnapshotSamples.Digest(keyspace);
            foreach (bool compress in new[] { false, true })
            {
                byte[] file = RdbFiles.Write([keyspace], compress, "#!lua name=a");
                List<string> items = RdbFiles.Read(file);
                Assert.IsFalse(RdbFiles.IsRefused(items), items[^1]);
                Random random = new(keys.Length);
                CollectionAssert.AreEqual(items, RdbFiles.Read(file, () => 1 + random.Next(1 << random.Next(14))));
                using Keyspace loaded = Load(file);
                Assert.AreEqual(digest, SnapshotSamples.Digest(loaded));
            }
        },
        count: 40,
        lengthMax: 40);

    [TestMethod]
    public void EveryCutOfASmallFileGivesTheSameItems()
    {
        using Keyspace keyspace = SnapshotSamples.Hold([.. Payloads.Where(payload => payload.Length < 400).Select((payload, i) => new SampleKey(i % 3, $"k{i}", i % 2, payload))]);
        byte[] file = RdbFiles.Write([keyspace], compress: true, function: "code");
        List<string> items = RdbFiles.Read(file);
        Assert.IsFalse(RdbFiles.IsRefused(items), items[^1]);
        CollectionAssert.AreEqual(items, RdbFiles.Read(file, () => 1));
        for (int cut = 1; cut < file.Length; cut++)
        {
            int[] pieces = [cut, file.Length - cut];
            int next = 0;
            CollectionAssert.AreEqual(items, RdbFiles.Read(file, () => pieces[next++]), $"cut at {cut}");
        }
    }

    [TestMethod]
    public void TheBeginningSaysWhatIsExpected()
    {
        using Keyspace keyspace = SnapshotSamples.Hold();
        byte[] file = RdbFiles.Write([keyspace], function: "f");
        Assert.AreEqual("REDIS0010", Encoding.ASCII.GetString(file, 0, 9));
        CollectionAssert.AreEqual(
            new[]
            {
                "Header 10 0  ", Aux("redis-ver", "7.2.0"), Aux("redis-bits", "64"), Aux("ctime", "1700000000"), Aux("used-mem", "1234567"), Aux("aof-base", "0"),
                "Function 0 0  66", "End 0 0  ",
            },
            RdbFiles.Read(file));
    }

    [TestMethod]
    public void ItemsThatOtherServersWriteAreRead()
    {
        byte[] file = LegacyFile.Write(
            12,
            [0xFE, 3],
            [0xFB, 0x40, 200, 7],
            [0xF4, 0x80, 0, 0, 0x20, 0, 5, 1],
            [0xF7, .. LegacyFile.ModuleId("testmodul", 3), 2, 1, 5, 3, .. "abc"u8, 1, 0x41, 0, 3, 1, 2, 3, 4, 4, 1, 2, 3, 4, 5, 6, 7, 8, 0],
            [0xF8, 0x43, 0xE8, 0, 1, (byte)'i', 1, (byte)'v'],
            [0xF9, 200, 0, 1, (byte)'f', 1, (byte)'v'],
            [0xFD, 1, 0, 0, 0, 0, 1, (byte)'s', 0xC0, 7],
            [0xFC, 1, 0, 0, 0, 0, 0, 0, 0, 0xF9, 9, 0, 1, (byte)'m', 0],
            [7, 1, (byte)'o', .. LegacyFile.ModuleId("testmodul", 3), 2, 5, 0]);
        List<string> items = RdbFiles.Read(file);
        CollectionAssert.AreEqual(
            new[]
            {
                "Header 12 0  ", "SelectDatabase 3 0  ", "Resize 200 7  ", "SlotInfo 8192 5  ", $"ModuleAux 0 0 {Convert.ToHexString("testmodul"u8)} ",
                "record 3 69 0 1000 -1 False 000176", "record 3 66 0 -1 200 False 000176", "record 3 73 1000 -1 -1 False 00C007", "record 3 6D 1 -1 9 False 0000",
                $"record 3 6F 0 -1 -1 False 07{Convert.ToHexString(LegacyFile.ModuleId("testmodul", 3))}020500", "End 0 0  ",
            },
            items);
        CollectionAssert.AreEqual(items, RdbFiles.Read(file, () => 1));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void OldFilesHaveNoChecksum(int version)
    {
        byte[] file = LegacyFile.Write(version, [0, 1, (byte)'k', 1, (byte)'v'])[..^8];
        CollectionAssert.AreEqual(new[] { $"Header {version} 0  ", "record 0 6B 0 -1 -1 False 000176", "End 0 0  " }, RdbFiles.Read(file));
    }

    [TestMethod]
    public void AChecksumOfNoughtIsNotLookedAt()
    {
        byte[] file = LegacyFile.Write(10, [0, 1, (byte)'k', 1, (byte)'v']);
        Assert.AreEqual("End 0 0  ", RdbFiles.Read([.. file[..^8], .. new byte[8]])[^1]);
    }

    [TestMethod]
    [DataRow("524544495330303133", "version 13", 0)]
    [DataRow("524544495330303030", "version 0", 0)]
    [DataRow("524544495330304131", "no RDB file", 0)]
    [DataRow("504B0304FFFFFFFFFF", "no RDB file", 0)]
    [DataRow("524544495330303130F600", "candidates for Redis 7.0", 9)]
    [DataRow("52454449533030313006016B00", "type 6", 10)]
    [DataRow("52454449533030313019016B00", "Redis 7.4 (type 25)", 10)]
    [DataRow("52454449533030313063016B00", "not known (type 99)", 10)]
    [DataRow("524544495330303130FD00000000FD00000000", "said twice", 15)]
    [DataRow("524544495330303130FD00000000FE00", "no key follows", 15)]
    [DataRow("52454449533030313000016BC4", "a form that is not known", 12)]
    [DataRow("52454449533030313000016B82", "a form that is not known", 12)]
    [DataRow("52454449533030313000016B8020000001", "longer than 512 MB", 12)]
    [DataRow("52454449533030313001016BC0", "where a number", 12)]
    [DataRow("52454449533030313000C30205014100", "key cannot be decompressed", 10)]
    [DataRow("524544495330303130FAC30205014100", "cannot be decompressed", 10)]
    [DataRow("524544495330303130FE8100000001000000000000", "too big", 19)]
    [DataRow("524544495330303130F7000200090000", "kind that is not known", 13)]
    [DataRow("524544495330303130FFFFFFFFFFFFFFFFFF", "the file is damaged", 18)]
    [DataRow("524544495330303130", "without its end mark", 9)]
    [DataRow("52454449533030313000", "in the middle", 10)]
    public void WhatCannotBeReadIsRefusedWithTheReason(string hex, string reason, int offset)
    {
        string last = RdbFiles.Read(Convert.FromHexString(hex))[^1];
        Assert.StartsWith("bad ", last);
        Assert.Contains(reason, last);
        Assert.Contains($"(at byte {offset})", last);
    }

    [TestMethod]
    public void AReaderThatRefusedAFileGoesOnRefusingIt()
    {
        using RdbFileReader reader = new();
        Assert.AreEqual(SnapshotReadStatus.Bad, reader.Read("REDIS0099"u8, isLast: false, out _, out _));
        FormatProblem? problem = reader.Problem;
        Assert.AreEqual(SnapshotReadStatus.Bad, reader.Read("REDIS0010"u8, isLast: false, out int used, out _));
        Assert.AreSame(problem, reader.Problem);
        Assert.AreEqual(0, used);
    }

    [TestMethod]
    public void ARecordThatIsTooBigIsRefusedBeforeItIsFetched()
    {
        byte[] file = LegacyFile.Write(10, [0, 1, (byte)'k', 0x80, 0x10, 0, 0, 0, .. new byte[100]]);
        List<string> items = RdbFiles.Read(file, () => 30, recordBytesMax: 1 << 20);
        Assert.Contains("more than the 1048576", items[^1]);
    }

    // A record whose value arrives in many parts is passed over once: the place is always near the end of what is there.
    [TestMethod]
    public void ABigValueIsPassedOverOnce()
    {
        byte[] value = [0x80, 0, 1, 0, 0, .. Enumerable.Repeat("\x05hello"u8.ToArray(), 65536).SelectMany(element => element)];
        RdbValueSkipper skipper = default;
        skipper.Begin(RdbValueShape.Of((byte)RdbType.List)!, 0);
        for (int length = 0; length < value.Length; length += 100)
        {
            RdbScanner scanner = new(value.AsSpan(0, length), 0);
            Assert.IsFalse(skipper.TryFinish(ref scanner));
            Assert.IsTrue(scanner.Problem is null && scanner.Needed > length);
            Assert.IsGreaterThanOrEqualTo(length - 5, skipper.At);
        }

        RdbScanner last = new(value, 0);
        Assert.IsTrue(skipper.TryFinish(ref last));
        Assert.AreEqual(value.Length, skipper.At);
        Assert.IsFalse(skipper.IsUnderWay);
    }

    [TestMethod]
    public void ARecordThatDoesNotFitIsTakenBack()
    {
        using Keyspace keyspace = SnapshotSamples.Hold(new SampleKey(2, "small", 0, Payloads[0]), new SampleKey(3, "big", 5, LegacyPayload.Packed(RdbType.String, new byte[60_000])));
        using SnapshotBuffer buffer = new(16_384);
        using RdbFileWriter writer = new(buffer);
        Assert.IsTrue(writer.TryRecord(keyspace[2], Find(keyspace[2], "small")));
        byte[] before = buffer.WrittenSpan.ToArray();
        Assert.IsFalse(writer.TryRecord(keyspace[3], Find(keyspace[3], "big")));
        CollectionAssert.AreEqual(before, buffer.WrittenSpan.ToArray());
        Assert.IsTrue(writer.TryRecord(keyspace[2], Find(keyspace[2], "small")));
        Assert.AreEqual((2 * before.Length) - 2, buffer.Length, "the database that was selected before is still selected");
    }

    [TestMethod]
    public void WhatIsTakenBackIsNotMarkedEither()
    {
        byte[] big = LegacyPayload.Packed(RdbType.String, Enumerable.Repeat((byte)'a', 200).ToArray());
        using Keyspace keyspace = SnapshotSamples.Hold(new SampleKey(0, new string('k', 70), 0, big));
        using SnapshotBuffer buffer = new(bytesMax: 200);
        using StringMarks strings = new(buffer);
        using RdbFileWriter writer = new(buffer, strings);
        Assert.IsFalse(writer.TryRecord(keyspace[0], Find(keyspace[0], new string('k', 70))));
        Assert.AreEqual(0, buffer.Length);
        Assert.IsTrue(strings.IsEmpty);
    }

    [TestMethod]
    public void RecordsOfWhichNoStringGetsSmallerStayAsTheyAre()
    {
        byte[] random = new byte[300];
        new Random(1).NextBytes(random);
        using Keyspace keyspace = SnapshotSamples.Hold(new SampleKey(0, "random", 0, LegacyPayload.Packed(RdbType.String, random)), new SampleKey(0, "short", 0, Payloads[0]));
        using SnapshotBuffer buffer = new();
        using StringMarks strings = new(buffer);
        using RdbFileWriter writer = new(buffer, strings);
        Assert.IsTrue(writer.TryRecord(keyspace[0], Find(keyspace[0], "random")));
        Assert.IsTrue(writer.TryRecord(keyspace[0], Find(keyspace[0], "short")));
        using RdbCompressor compressor = new();
        Assert.IsNull(compressor.Compress(buffer.WrittenSpan, strings));
    }

    [TestMethod]
    public void RecordsAreWrittenWithoutAllocating()
    {
        using Keyspace keyspace = SnapshotSamples.Hold([.. Payloads.Select((payload, i) => new SampleKey(0, $"k{i}", i % 2, payload))]);
        if (keyspace.Arena.IsChecked)
            Assert.Inconclusive($"{ArenaOptions.CheckedSwitch} is on: checked memory allocates for its checks");
        using SnapshotBuffer buffer = new();
        using RdbFileWriter writer = new(buffer);
        long allocated = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            buffer.Clear();
            writer.BeginChunk();
            WalkCursor cursor = default;
            while (keyspace[0].Table.TryWalk(ref cursor, out BucketRef bucket))
            {
                BucketSlots left = keyspace[0].Table.SlotsOf(bucket);
                writer.WriteStrings(keyspace[0], 0, ref left, aliveAtMs: 0);
                foreach (Slot slot in left)
                {
                    if (!writer.TryRecord(keyspace[0], slot))
                        Assert.Fail("not written");
                }
            }

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.AreEqual(0, allocated);
    }

    private static Slot Find(Database database, string key)
    {
        byte[] name = Encoding.ASCII.GetBytes(key);
        Assert.IsTrue(database.Find(name, KeyHash.Of(name), out Slot slot));
        return slot;
    }

    private static string Aux(string name, string text) => $"Aux 0 0 {Convert.ToHexString(Encoding.ASCII.GetBytes(name))} {Convert.ToHexString(Encoding.ASCII.GetBytes(text))}";

    private static Keyspace Load(byte[] file)
    {
        Keyspace keyspace = new(new KeyspaceOptions());
        using RdbFileReader reader = new();
        using RdbScratch scratch = new();
        int at = 0;
        while (true)
        {
            Assert.AreEqual(SnapshotReadStatus.Item, reader.Read(file.AsSpan(at), isLast: true, out int used, out RdbFileItem item));
            at += used;
            if (item.Kind == RdbItemKind.Record)
                SnapshotSamples.Store(keyspace, item.Record, scratch);
            if (item.Kind != RdbItemKind.End)
                continue;
            Assert.AreEqual(file.Length, at);
            return keyspace;
        }
    }
}
