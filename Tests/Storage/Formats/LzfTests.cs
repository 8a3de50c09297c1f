using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Tests.Support;
using FsCheck.Fluent;

namespace DragonflyFlow.Tests.Storage.Formats;

/// <summary>Compression by LZF: what comes out is smaller, and decompresses to what went in.</summary>
[TestClass]
public sealed class LzfTests
{
    [TestMethod]
    public void StringsComeBack()
    {
        using LzfCompressor compressor = new();
        int compressed = 0;
        ModelCheck.Run(
            from letters in Gen.Elements(1, 2, 4, 256)
            from length in Gen.Frequency((4, Gen.Choose(0, 100)), (1, Gen.Choose(0, 40_000)))
            from seed in Gen.Choose(0, int.MaxValue)
            select (letters, length, seed),
            strings =>
            {
                foreach ((int letters, int length, int seed) in strings)
                    compressed += TryRoundTrip(compressor, Words(letters, length, new Random(seed))) ? 1 : 0;
            },
            count: 60,
            lengthMax: 20);
        Assert.IsGreaterThan(100, compressed);
    }

    [TestMethod]
    [DataRow(1_000)]
    [DataRow(9_000)]
    [DataRow(300_000)]
    public void LongRepetitionsBecomeShort(int length)
    {
        using LzfCompressor compressor = new();
        byte[] input = new byte[length];
        Assert.IsTrue(TryRoundTrip(compressor, input));
        Assert.IsTrue(compressor.TryCompress(input, out ReadOnlySpan<byte> output));
        Assert.IsLessThan((length / 80) + 10, output.Length);
    }

    [TestMethod]
    public void WhatHasNoRepetitionIsLeft()
    {
        using LzfCompressor compressor = new();
        byte[] input = new byte[5_000];
        new Random(5).NextBytes(input);
        Assert.IsFalse(compressor.TryCompress(input, out _));
        Assert.IsFalse(compressor.TryCompress("aaaaa"u8, out _));
        Assert.IsFalse(compressor.TryCompress([], out _));
    }

    // Repetitions 8,192 bytes back can be written, those that are farther cannot.
    [TestMethod]
    [DataRow(8_192, true)]
    [DataRow(8_193, false)]
    public void RepetitionsReachBackAsFarAsTheFormLets(int distance, bool isSmaller)
    {
        // Long enough to save more than the literal runs before it cost: a byte for each 32.
        const int repeated = 600;
        byte[] input = new byte[distance + repeated];
        new Random(6).NextBytes(input);
        input.AsSpan(0, repeated).CopyTo(input.AsSpan(distance));
        using LzfCompressor compressor = new();
        Assert.AreEqual(isSmaller, TryRoundTrip(compressor, input) && compressor.TryCompress(input, out _));
    }

    private static byte[] Words(int letters, int length, Random random)
    {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at++)
            bytes[at] = at > 50 && random.Next(4) > 0 ? bytes[at - 1 - random.Next(50)] : (byte)random.Next(letters);
        return bytes;
    }

    private static bool TryRoundTrip(LzfCompressor compressor, byte[] input)
    {
        if (!compressor.TryCompress(input, out ReadOnlySpan<byte> compressed))
            return false;
        Assert.IsLessThanOrEqualTo(input.Length - 4, compressed.Length);
        byte[] output = new byte[input.Length];
        Assert.IsTrue(Lzf.TryDecompress(compressed, output));
        CollectionAssert.AreEqual(input, output);
        return true;
    }
}
