using System.Buffers;
using System.Text;
using DragonflyFlow.Storage.Formats;

namespace DragonflyFlow.Tests.Storage.Formats;

/// <summary>Checksum, decompression, lengths, strings, packed forms: known values, and back what was written.</summary>
[TestClass]
public sealed class PrimitivesTests
{
    [TestMethod]
    public void Crc64HasItsCheckValueHoweverItIsCut()
    {
        ReadOnlySpan<byte> digits = "123456789"u8;
        Assert.AreEqual(0xE9C6D914C4B8D9CAUL, Crc64.Append(0, digits));
        byte[] bytes = new byte[1000];
        new Random(1).NextBytes(bytes);
        ulong whole = Crc64.Append(0, bytes);
        for (int cut = 0; cut <= bytes.Length; cut += 37)
            Assert.AreEqual(whole, Crc64.Append(Crc64.Append(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }

    [TestMethod]
    public void Crc64IsTheSameWhateverTheProcessorDoes()
    {
        byte[] bytes = new byte[1500];
        new Random(2).NextBytes(bytes);
        for (int length = 0; length <= bytes.Length; length++)
        {
            ulong before = length % 3 == 0 ? 0 : Crc64.AppendByTables(0, bytes.AsSpan(0, length % 100));
            Assert.AreEqual(Crc64.AppendByTables(before, bytes.AsSpan(0, length)), Crc64.Append(before, bytes.AsSpan(0, length)), $"{length} bytes");
        }
    }

    [TestMethod]
    public void LzfGivesLiteralsAndOverlappingReferences()
    {
        byte[] output = new byte[103];
        Assert.IsTrue(Lzf.TryDecompress([3, (byte)'w', (byte)'x', (byte)'y', (byte)'a', 0xE0, 90, 0], output));
        Assert.AreEqual("wxy" + new string('a', 100), Encoding.ASCII.GetString(output));
    }

    [TestMethod]
    [DataRow(new byte[] { 31, 1, 2 }, 32, DisplayName = "literals that are not there")]
    [DataRow(new byte[] { 0, 1, 0x20, 1 }, 4, DisplayName = "a reference before the beginning")]
    [DataRow(new byte[] { 0, 1, 0xE0, 255, 0 }, 100, DisplayName = "more than there is room for")]
    [DataRow(new byte[] { 0, 1 }, 2, DisplayName = "less than was said")]
    [DataRow(new byte[] { 0, 1, 0xE0 }, 10, DisplayName = "a reference without its length")]
    [DataRow(new byte[] { 0, 1, 0x20 }, 4, DisplayName = "a reference without its distance")]
    public void LzfRefusesDamage(byte[] input, int length) => Assert.IsFalse(Lzf.TryDecompress(input, new byte[length]));

    [TestMethod]
    public void LengthsComeBack()
    {
        foreach (long length in new[] { 0, 63, 64, 16383, 16384, uint.MaxValue, uint.MaxValue + 1L, long.MaxValue })
        {
            ArrayBufferWriter<byte> bytes = new();
            new RdbWriter(bytes).WriteLength(length);
            using RdbScratch scratch = new();
            RdbReader reader = new(bytes.WrittenSpan, scratch);
            Assert.IsTrue(reader.TryReadLength(out ulong read) && reader.IsAtEnd);
            Assert.AreEqual((ulong)length, read);
            for (int cut = 0; cut < bytes.WrittenCount; cut++)
            {
                reader = new RdbReader(bytes.WrittenSpan[..cut], scratch);
                Assert.IsFalse(reader.TryReadLength(out _));
            }
        }
    }

    [TestMethod]
    [DataRow("", 1)]
    [DataRow("12", 2)]
    [DataRow("-128", 2)]
    [DataRow("128", 3)]
    [DataRow("-32769", 5)]
    [DataRow("2147483647", 5)]
    [DataRow("2147483648", 11)]
    [DataRow("012", 4)]
    [DataRow("word", 5)]
    public void StringsComeBackAndShortIntegersAreShort(string value, int bytesExpected)
    {
        ArrayBufferWriter<byte> bytes = new();
        new RdbWriter(bytes).WriteString(Encoding.ASCII.GetBytes(value));
        Assert.AreEqual(bytesExpected, bytes.WrittenCount);
        using RdbScratch scratch = new();
        RdbReader reader = new(bytes.WrittenSpan, scratch);
        Assert.IsTrue(reader.TryReadString(out ReadOnlySpan<byte> read));
        Assert.AreEqual(value, Encoding.ASCII.GetString(read));
    }

    [TestMethod]
    public void AStringStaysGoodWhileTheNextIsRead()
    {
        using RdbScratch scratch = new();
        RdbReader reader = new([0xC0, 7, 0xC1, 0x39, 0x30], scratch);
        Assert.IsTrue(reader.TryReadString(out ReadOnlySpan<byte> first));
        Assert.IsTrue(reader.TryReadString(out ReadOnlySpan<byte> second));
        Assert.AreEqual("7 12345", Encoding.ASCII.GetString(first) + " " + Encoding.ASCII.GetString(second));
    }

    [TestMethod]
    public void ListpacksComeBack()
    {
        string[] elements =
        [
            "0", "127", "128", "-1", "-4096", "4095", "4096", "-32768", "32767", "32768", "-8388608", "8388607", "8388608", "2147483647", "-2147483648",
            "2147483648", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "", "a", "007", "-0",
            new('b', 63), new('c', 64), new('d', 125), new('e', 126), new('f', 4095), new('g', 4096), new('h', 16377), new('i', 16378), new('j', 70000),
        ];
        using ListpackWriter writer = new();
        for (int round = 0; round < 2; round++)
        {
            writer.Clear();
            foreach (string element in elements)
                writer.Add(Encoding.ASCII.GetBytes(element));
            ListpackReader reader = new(writer.Finish());
            foreach (string element in elements)
            {
                Assert.IsTrue(reader.MoveNext());
                Assert.AreEqual(element, Encoding.ASCII.GetString(reader.Current));
            }

            Assert.IsFalse(reader.MoveNext());
            Assert.IsFalse(reader.IsDamaged);
        }
    }
}
