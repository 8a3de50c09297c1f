using System.Buffers;
using System.Text;
using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Storage.Table;
using DragonflyFlow.Storage.Values;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Storage.Formats;

/// <summary>Payloads whose bytes were changed and whose checksum was set right again: read or refused, never a throw, and all memory comes back.</summary>
[TestClass]
public sealed class DamagedPayloadTests
{
    private const int Corruptions = 10_000;

    // All that a payload of the corpus can stand for, compressed parts included, is less.
    private const long BytesMax = 8 * 1024 * 1024;

    private static readonly byte[] Key = "key"u8.ToArray();
    private static readonly ulong Hash = KeyHash.Of(Key);

    [TestMethod]
    public void CorruptionsNeverThrowNorTakeMuchMemory()
    {
        int seed = Environment.GetEnvironmentVariable("DFLOW_REPLAY") is { Length: > 0 } replay ? int.Parse(replay) : 20260101;
        byte[][] corpus = [.. Corpus()];
        using Keyspace keyspace = new(new KeyspaceOptions());
        RoundTrip(keyspace, corpus[0]);
        keyspace[0].Clear();
        long memoryBefore = keyspace.MemoryBytes;
        int refused = 0;
        for (int i = 0; i < Corruptions; i++)
        {
            Random random = new(seed + i);
            byte[] damaged = Damage(corpus[random.Next(corpus.Length)], random);
            long allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                if (!RoundTrip(keyspace, damaged))
                    refused++;
            }
            catch (Exception e)
            {
                throw new AssertFailedException($"DFLOW_REPLAY={seed + i}: {Convert.ToHexString(damaged)}", e);
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
            Assert.IsLessThan(BytesMax, allocated + keyspace.MemoryBytes - memoryBefore, $"DFLOW_REPLAY={seed + i}");
            keyspace[0].Clear();
            Assert.AreEqual(memoryBefore, keyspace.MemoryBytes, $"DFLOW_REPLAY={seed + i}: memory that does not come back");
        }

        Assert.IsGreaterThan(Corruptions / 4, refused, "damage that is seen");
    }

    [TestMethod]
    public void EveryTruncationIsRefused()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        foreach (byte[] payload in Corpus().Where(payload => payload.Length < 3000))
        {
            for (int length = 1; length < payload.Length - DumpPayload.FooterBytes; length++)
            {
                byte[] cut = [.. payload[..length], .. payload[^DumpPayload.FooterBytes..]];
                Assert.IsFalse(RoundTrip(keyspace, LegacyPayload.Reseal(cut)), $"type {payload[0]}, {length} bytes");
            }
        }
    }

    [TestMethod]
    public void WhatTheCorpusHoldsIsRead()
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        HashSet<byte> types = [];
        foreach (byte[] payload in Corpus())
        {
            Assert.IsTrue(RoundTrip(keyspace, payload), $"type {payload[0]}");
            keyspace[0].Clear();
            types.Add(payload[0]);
        }

        Assert.HasCount(Enum.GetValues<RdbType>().Length, types);
    }

    // Reads and stores; what was stored is written and has to be readable in turn.
    private static bool RoundTrip(Keyspace keyspace, byte[] payload)
    {
        Database database = keyspace[0];
        using RdbScratch scratch = new();
        Assert.IsTrue(DumpPayload.TryOpen(payload, out ReadOnlySpan<byte> body));
        if (!DumpPayload.TryRead(body, scratch, keyspace, out DecodedValue value))
            return false;
        using (value)
            value.Store(database, Key, Hash, expireAtMs: 0);
        Assert.IsTrue(database.Find(Key, Hash, out Slot slot));
        ArrayBufferWriter<byte> again = new();
        Assert.IsTrue(DumpPayload.TryWrite(database, slot, again));
        bool isVacant = database.Table.Kind(slot) == ValueKind.Hash && HashValue.Count(database, slot) == 0;
        Assert.IsTrue(DumpPayload.TryOpen(again.WrittenSpan, out body));
        bool isRead = DumpPayload.TryRead(body, scratch, keyspace, out value);
        if (isRead)
            value.Dispose();
        Assert.IsTrue(isRead || isVacant, "what was written cannot be read");
        return true;
    }

    private static byte[] Damage(byte[] payload, Random random)
    {
        List<byte> bytes = [.. payload[..^DumpPayload.FooterBytes]];
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            // Headers, where most of the meaning is, as often as the rest.
            int at = random.Next(random.Next(2) == 0 ? bytes.Count : Math.Min(bytes.Count, 24));
            switch (random.Next(6))
            {
                case 0 when bytes.Count > 1:
                    bytes.RemoveAt(at);
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 2:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 3:
                    bytes[at] = new byte[] { 0, 0x7F, 0x80, 0x81, 0xC3, 0xFE, 0xFF }[random.Next(7)];
                    break;
                case 4:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                    break;
                default:
                    bytes[at] = (byte)random.Next(256);
                    break;
            }

            if (bytes.Count == 0)
                bytes.Add(0);
        }

        return LegacyPayload.Reseal([.. bytes, .. payload[^DumpPayload.FooterBytes..]]);
    }

    internal static IEnumerable<byte[]> Corpus()
    {
        string[] words = ["a", "1", "-5", "300", "70000", "5000000000", new string('w', 70), "", "12", "100000", "x\0y", new string('v', 300)];
        string[] many = [.. Enumerable.Range(0, 600).Select(i => "element:" + i)];
        string[] scores = ["a", "1", "b", "-2.5", "c", "inf", "d", "1e20"];
        yield return LegacyPayload.Packed(RdbType.String, "a string"u8.ToArray());
        yield return LegacyPayload.Compressed(200);
        yield return LegacyPayload.Plain(RdbType.List, 1, words);
        yield return LegacyPayload.Plain(RdbType.List, 1, [.. many, .. many, .. many]);
        yield return LegacyPayload.Plain(RdbType.Set, 1, words);
        yield return LegacyPayload.Plain(RdbType.Set, 1, many);
        yield return LegacyPayload.Plain(RdbType.Hash, 2, words);
        yield return LegacyPayload.Plain(RdbType.Hash, 2, many);
        yield return LegacyPayload.SortedSetText(("a", 1), ("b", -2.5), ("c", double.PositiveInfinity), ("d", double.NegativeInfinity));
        yield return LegacyPayload.Packed(RdbType.HashZipmap, LegacyPayload.Zipmap(words));
        yield return LegacyPayload.Packed(RdbType.ListZiplist, LegacyPayload.Ziplist(words));
        yield return LegacyPayload.Packed(RdbType.HashZiplist, LegacyPayload.Ziplist(words));
        yield return LegacyPayload.Packed(RdbType.SortedSetZiplist, LegacyPayload.Ziplist(scores));
        yield return LegacyPayload.Quicklist(words, ["x", "y"]);
        yield return LegacyPayload.Packed(RdbType.SetIntset, [2, 0, 0, 0, 3, 0, 0, 0, 1, 0, 2, 0, 0, 1]);
        yield return LegacyPayload.Packed(RdbType.HashListpack, Listpack(words));
        yield return LegacyPayload.Packed(RdbType.SetListpack, Listpack(words));
        yield return LegacyPayload.Packed(RdbType.SortedSetListpack, Listpack(scores));
        yield return LegacyPayload.Seal(RdbType.ListQuicklist2, writer =>
        {
            writer.WriteLength(2);
            writer.WriteLength(2);
            writer.WriteBytes(Listpack(words));
            writer.WriteLength(1);
            writer.WriteBytes("plain"u8);
        });
        yield return LegacyPayload.Seal(RdbType.SortedSet, writer =>
        {
            writer.WriteLength(200);
            for (int i = 0; i < 200; i++)
            {
                writer.WriteString(Encoding.ASCII.GetBytes("m" + i));
                writer.WriteDouble(i / 3.0);
            }
        });
        foreach (RdbType type in (RdbType[])[RdbType.Stream, RdbType.Stream2, RdbType.Stream3])
            yield return Stream(type);
        yield return LegacyPayload.Seal(RdbType.HashExpiring, writer =>
        {
            writer.WriteLength(2);
            for (int i = 0; i < 2; i++)
            {
                writer.WriteString("f"u8.ToArray().Append((byte)i).ToArray());
                writer.WriteString("v"u8);
                writer.WriteInt64(i * 4_000_000_000_000);
            }
        });
    }

    // Two nodes, one entry removed, fields alike and not; a group with two consumers.
    private static byte[] Stream(RdbType type)
    {
        using Keyspace keyspace = new(new KeyspaceOptions());
        using StreamValue stream = StreamSamples.Fill(keyspace, entries: 130);
        return LegacyPayload.Stream(type, stream);
    }

    private static byte[] Listpack(string[] elements)
    {
        using ListpackWriter writer = new();
        foreach (string element in elements)
            writer.Add(Encoding.Latin1.GetBytes(element));
        return writer.Finish().ToArray();
    }
}
