using System.Buffers;
using DragonflyFlow.Protocol.Wire.Frames;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using MessagePack;

namespace DragonflyFlow.Tests.Protocol.Wire.Frames;

/// <summary>Our writer and reader of MessagePack beside the library's: the same bytes, the same items, and the same opinion of bytes that are none.</summary>
[TestClass]
public sealed class PackTests
{
    // Around every change of form.
    private static readonly long[] Edges =
    [
        0, 1, 127, 128, 255, 256, 65_535, 65_536, int.MaxValue, 1L + int.MaxValue, uint.MaxValue, 1L + uint.MaxValue, long.MaxValue,
        -1, -32, -33, -128, -129, -32_768, -32_769, int.MinValue, int.MinValue - 1L, long.MinValue,
    ];

    [TestMethod]
    public void Numbers_from_minus_32_on_are_written_as_the_library_writes_them()
    {
        foreach (long number in Edges.Where(number => number >= -32))
            CollectionAssert.AreEqual(ByLibrary((ref MessagePackWriter writer) => writer.Write(number)), Ours((ref PackWriter writer) => writer.WriteNumber(number)), $"{number}");
        foreach (ulong number in (ulong[])[1UL << 63, ulong.MaxValue])
            CollectionAssert.AreEqual(ByLibrary((ref MessagePackWriter writer) => writer.Write(number)), Ours((ref PackWriter writer) => writer.WriteNumber(number)), $"{number}");
    }

    [TestMethod]
    public void Every_number_is_read_whoever_wrote_it()
    {
        foreach (long number in Edges)
        {
            Assert.AreEqual(number, new PackReader(ByLibrary((ref MessagePackWriter writer) => writer.Write(number))).ReadInt64());
            Assert.AreEqual(number, new PackReader(Ours((ref PackWriter writer) => writer.WriteNumber(number))).ReadInt64());
            Assert.AreEqual(number, new MessagePackReader(Ours((ref PackWriter writer) => writer.WriteNumber(number))).ReadInt64());
        }
    }

    [TestMethod]
    public void Arrays_and_bytes_of_every_length_are_written_and_read_as_by_the_library()
    {
        foreach (int length in (int[])[0, 1, 15, 16, 255, 256, 65_535, 65_536, 100_000])
        {
            byte[] bytes = new byte[length];
            byte[] written = Ours((ref PackWriter writer) =>
            {
                writer.WriteArray(length);
                writer.WriteBinary(bytes);
            });
            byte[] byLibrary = ByLibrary((ref MessagePackWriter writer) =>
            {
                writer.WriteArrayHeader(length);
                writer.Write(bytes);
            });
            CollectionAssert.AreEqual(byLibrary, written, $"{length}");
            PackReader reader = new(written);
            Assert.AreEqual(length, reader.ReadArray());
            Assert.AreEqual(length, reader.ReadBinary(out int start));
            Assert.AreEqual(written.Length - length, start);
            Assert.IsTrue(reader.IsAtEnd);
        }
    }

    [TestMethod]
    public void Of_any_bytes_both_read_the_same_item_or_none()
    {
        // Half of them begin as an item does that takes more bytes.
        Gen<byte[]> bytes =
            from code in Gen.Choose(0xC0, 0xDF)
            from rest in ArbMap.Default.GeneratorFor<byte[]>()
            from isLong in ArbMap.Default.GeneratorFor<bool>()
            select isLong ? [(byte)code, .. rest] : rest;
        Check.One(ModelCheck.Configure(2000), Prop.ForAll(bytes.ToArbitrary(), ReadAlike));
    }

    private static bool ReadAlike(byte[] bytes)
    {
        Assert.AreEqual(
            Library(bytes, (ref MessagePackReader reader) => reader.ReadInt64()), Mine(bytes, (ref PackReader reader) => reader.ReadInt64()));
        Assert.AreEqual(
            Library(bytes, (ref MessagePackReader reader) => reader.ReadInt32()), Mine(bytes, (ref PackReader reader) => reader.ReadInt32()));
        Assert.AreEqual(
            Library(bytes, (ref MessagePackReader reader) => unchecked((long)reader.ReadUInt64())), Mine(bytes, (ref PackReader reader) => unchecked((long)reader.ReadUInt64())));
        // The library also takes strings for bytes, which no writer of ours makes, and looks whether an array's items can be there.
        bool isString = bytes is [>= 0xA0 and <= 0xBF or >= 0xD9 and <= 0xDB, ..];
        if (!isString)
        {
            Assert.AreEqual(
                Library(bytes, (ref MessagePackReader reader) => reader.ReadBytes()?.Length), Mine(bytes, (ref PackReader reader) => reader.ReadBinary(out _)));
        }

        if (Library(bytes, (ref MessagePackReader reader) => reader.ReadArrayHeader()) is { } items)
            Assert.AreEqual(items, Mine(bytes, (ref PackReader reader) => reader.ReadArray()));
        return true;
    }

    private static long? Library(byte[] bytes, LibraryRead read)
    {
        MessagePackReader reader = new(bytes);
        try
        {
            return read(ref reader);
        }
        catch (Exception failure) when (failure is MessagePackSerializationException or EndOfStreamException or OverflowException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static long? Mine(byte[] bytes, Read read)
    {
        PackReader reader = new(bytes);
        try
        {
            return read(ref reader);
        }
        catch (FrameException)
        {
            return null;
        }
    }

    private static byte[] ByLibrary(LibraryWrite write)
    {
        ArrayBufferWriter<byte> into = new();
        MessagePackWriter writer = new(into);
        write(ref writer);
        writer.Flush();
        return into.WrittenSpan.ToArray();
    }

    private static byte[] Ours(Write write)
    {
        byte[] into = new byte[200_000];
        PackWriter writer = new(into);
        write(ref writer);
        return into[..writer.Length];
    }

    private delegate long? LibraryRead(ref MessagePackReader reader);

    private delegate long? Read(ref PackReader reader);

    private delegate void LibraryWrite(ref MessagePackWriter writer);

    private delegate void Write(ref PackWriter writer);
}
