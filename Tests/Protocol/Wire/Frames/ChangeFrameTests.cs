using System.Buffers.Binary;
using System.Text;
using DragonflyFlow.Protocol.Wire;
using DragonflyFlow.Protocol.Wire.Frames;
using DragonflyFlow.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using MessagePack;

namespace DragonflyFlow.Tests.Protocol.Wire.Frames;

/// <summary>Changes as they travel: every one comes out as it went in, however it is cut into pieces; what is damaged is refused with a reason.</summary>
[TestClass]
public sealed class ChangeFrameTests
{
    private static readonly ChangeHeader Header = new() { Lsn = 7, Transaction = 300_000, Shards = 2, Left = 1, Database = 3, Slot = 16383 };

    [TestMethod]
    public void What_is_written_is_read_at_every_split_point()
    {
        Gen<string[]> words = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get).ArrayOf();
        Gen<(ChangeHeader Header, string[] Words)> changes =
            from lsn in Gen.Choose(0, int.MaxValue)
            from transaction in ArbMap.Default.GeneratorFor<ulong>()
            from shards in Gen.Choose(0, 64)
            from database in Gen.Choose(0, 15)
            from slot in Gen.Choose(-1, KeySlot.Count - 1)
            from list in words
            select (new ChangeHeader { Lsn = (long)lsn << 8, Transaction = transaction, Shards = shards, Left = lsn % 5, Database = database, Slot = slot }, list);
        Check.One(ModelCheck.Configure(200), Prop.ForAll(changes.ArrayOf().ToArbitrary(), ReadsBack));
    }

    [TestMethod]
    public void A_frame_with_a_flipped_bit_is_refused_or_reads_as_another_change()
    {
        byte[] whole = Write(Header, "SET", "key", new string('v', 300));
        int refused = 0;
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            ArgList ranges = new();
            try
            {
                if (ChangeFrame.TryRead(damaged, 0, damaged.Length, ranges, out _, out int next))
                    Assert.IsLessThanOrEqualTo(damaged.Length, next);
            }
            catch (FrameException damage)
            {
                refused++;
                Assert.AreEqual(0, ranges.Count, "words of a frame that was refused");
                Assert.IsGreaterThan(10, damage.Message.Length);
            }
        }

        Assert.IsGreaterThan(50, refused);
    }

    [TestMethod]
    public void Random_bytes_never_do_anything_but_wait_or_throw()
    {
        Random random = new(5);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(5, 60)];
            random.NextBytes(bytes);
            BinaryPrimitives.WriteInt32BigEndian(bytes, random.Next(bytes.Length));
            bytes[4] = (byte)(0x90 | random.Next(16));
            try
            {
                _ = ChangeFrame.TryRead(bytes, 0, bytes.Length, new ArgList(), out _, out _);
            }
            catch (FrameException)
            {
            }
        }
    }

    [TestMethod]
    [DataRow("a length of nothing", new byte[] { 0, 0, 0, 0 })]
    [DataRow("a negative length", new byte[] { 255, 255, 255, 255 })]
    [DataRow("a length beyond the limit", new byte[] { 64, 0, 0, 1 })]
    [DataRow("no array", new byte[] { 0, 0, 0, 1, 0xC0 })]
    [DataRow("an array too short", new byte[] { 0, 0, 0, 2, 0x91, 1 })]
    [DataRow("an array longer than its frame", new byte[] { 0, 0, 0, 5, 0xDD, 0x7F, 255, 255, 255 })]
    [DataRow("a word of 4 GB, at whose length the library's reader throws what it does not declare", new byte[] { 0, 0, 0, 12, 0x97, 0, 0, 1, 0, 0, 0, 0xC6, 255, 255, 255, 255 })]
    public void What_is_no_frame_is_refused(string what, byte[] bytes)
        => Assert.ThrowsExactly<FrameException>(() => ChangeFrame.TryRead(bytes, 0, bytes.Length, new ArgList(), out _, out _), what);

    [TestMethod]
    public void A_length_is_believed_only_up_to_the_readers_limit()
    {
        byte[] frame = Write(Header, "SET", "key", new string('v', 300));
        Assert.ThrowsExactly<FrameException>(() => ChangeFrame.TryRead(frame, 0, 4, new ArgList(), out _, out _, payloadBytesMax: 100));
        Assert.IsTrue(ChangeFrame.TryRead(frame, 0, frame.Length, new ArgList(), out _, out _, payloadBytesMax: 400));
    }

    [TestMethod]
    public void The_payload_is_a_plain_message_pack_array()
    {
        byte[] frame = Write(Header, "DEL", "key");
        object[] items = MessagePackSerializer.Deserialize<object[]>(frame.AsMemory(ChangeFrame.LengthBytes));
        Assert.HasCount(8, items);
        Assert.AreEqual("7 300000 2 1 3 16383", string.Join(' ', items[..6]));
        Assert.AreEqual("DEL key", string.Join(' ', items[6..].Select(item => Encoding.Latin1.GetString((byte[])item))));
    }

    // Byte by byte: nothing is read before a frame is whole, and then it is what was written.
    private static bool ReadsBack((ChangeHeader Header, string[] Words)[] changes)
    {
        byte[] stream = [.. changes.SelectMany(change => Write(change.Header, change.Words))];
        List<(ChangeHeader, string)> read = [];
        int start = 0;
        for (int end = 0; end <= stream.Length; end++)
        {
            ArgList ranges = new();
            while (ChangeFrame.TryRead(stream, start, end, ranges, out ChangeHeader header, out int next))
            {
                read.Add((header, string.Join('|', ranges.Items.Take(ranges.Count).Select(range => Encoding.UTF8.GetString(stream, range.Offset, range.Length)))));
                start = next;
                ranges.Clear();
            }

            Assert.AreEqual(0, ranges.Count);
        }

        CollectionAssert.AreEqual(changes.Select(change => (change.Header, string.Join('|', change.Words.Select(Rounded)))).ToList(), read);
        return start == stream.Length;
    }

    private static string Rounded(string word) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(word));

    private static byte[] Write(ChangeHeader header, params string[] words)
    {
        using MemoryStream data = new();
        ArgList ranges = new();
        foreach (string word in words)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(word);
            ranges.Add((int)data.Length, bytes.Length);
            data.Write(bytes);
        }

        using FrameBuffer buffer = new();
        ChangeFrame.Write(buffer, header, data.ToArray(), ranges.Items.AsSpan(0, ranges.Count));
        return buffer.Written.ToArray();
    }
}
