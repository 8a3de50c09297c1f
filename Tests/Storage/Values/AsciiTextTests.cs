using System.Text;
using DragonflyFlow.Storage.Values;

namespace DragonflyFlow.Tests.Storage.Values;

[TestClass]
public sealed class AsciiTextTests
{
    [TestMethod]
    public void EveryLengthThatIsPackedComesBackAndTouchesNothingBesideIt()
    {
        Random random = new(7);
        for (int length = AsciiText.LengthMin; length <= AsciiText.LengthMax; length++)
        {
            byte[] text = Characters(random, length);
            Assert.IsTrue(AsciiText.CanPack(text), $"{length}");
            byte[] room = Filled(length + 2);
            Span<byte> packed = room.AsSpan(1, AsciiText.PackedLength(length));
            AsciiText.Pack(text, packed);
            Assert.AreEqual((0xEE, 0xEE), (room[0], room[1 + packed.Length]), $"beside the packed form of {length}");
            Assert.IsLessThan(length, packed.Length);
            Assert.AreEqual(length, AsciiText.LengthOf(packed));

            byte[] back = Filled(length + 2);
            AsciiText.Unpack(packed, back.AsSpan(1, length));
            Assert.AreEqual((0xEE, 0xEE), (back[0], back[length + 1]), $"beside the text of {length}");
            Assert.IsTrue(back.AsSpan(1, length).SequenceEqual(text), $"{length}");
        }
    }

    [TestMethod]
    public void WhatEndsWithANulIsPackedUnlessItsLengthCouldNotBeTold()
    {
        Assert.IsFalse(AsciiText.CanPack(Encoding.ASCII.GetBytes(new string('a', 23) + '\0')));
        byte[] text = Encoding.ASCII.GetBytes(new string('a', 22) + '\0');
        Assert.IsTrue(AsciiText.CanPack(text));
        byte[] packed = new byte[AsciiText.PackedLength(text.Length)];
        AsciiText.Pack(text, packed);
        byte[] back = new byte[AsciiText.LengthOf(packed)];
        AsciiText.Unpack(packed, back);
        CollectionAssert.AreEqual(text, back);
    }

    [TestMethod]
    public void WhatIsNoAsciiOrTooShortOrTooLongIsNotPacked()
    {
        byte[] text = Encoding.ASCII.GetBytes(new string('a', 64));
        for (int at = 0; at < text.Length; at++)
        {
            text[at] = 0x80;
            Assert.IsFalse(AsciiText.CanPack(text), $"{at}");
            text[at] = (byte)'a';
        }

        Assert.IsTrue(AsciiText.CanPack(text));
        Assert.IsFalse(AsciiText.CanPack(text.AsSpan(0, AsciiText.LengthMin - 1)));
        Assert.IsFalse(AsciiText.CanPack(new byte[AsciiText.LengthMax + 1]));
    }

    [TestMethod]
    public void WrongRoomIsRefused()
    {
        byte[] text = Encoding.ASCII.GetBytes(new string('a', 32));
        byte[] packed = new byte[28];
        AsciiText.Pack(text, packed);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AsciiText.Pack(text, new byte[27]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AsciiText.Pack(text.AsSpan(0, 8), new byte[7]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AsciiText.Unpack(packed, new byte[31]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AsciiText.Unpack(packed.AsSpan(0, 7), new byte[8]));
    }

    [TestMethod]
    public void ShiftsDoWhatTheProcessorsInstructionsDo()
    {
        Random random = new(11);
        for (int i = 0; i < 10_000; i++)
        {
            ulong any = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            ulong packed = AsciiText.CompressByShifts(any);
            Assert.AreEqual(any & 0x7F7F7F7F7F7F7F7F, AsciiText.ExpandByShifts(packed));
            Assert.AreEqual(AsciiText.Compress(any), packed);
            Assert.AreEqual(AsciiText.Expand(any), AsciiText.ExpandByShifts(any));
        }
    }

    private static byte[] Filled(int length)
    {
        byte[] bytes = new byte[length];
        Array.Fill(bytes, (byte)0xEE);
        return bytes;
    }

    // Bytes 0 to 127, but the last is none that could not be told from a filling.
    private static byte[] Characters(Random random, int length)
    {
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++)
            text[i] = (byte)random.Next(128);
        text[^1] |= 1;
        return text;
    }
}
