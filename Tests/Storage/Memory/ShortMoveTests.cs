using DragonflyFlow.Storage.Memory;

namespace DragonflyFlow.Tests.Storage.Memory;

/// <summary>Every length and every distance, against the framework's copy.</summary>
[TestClass]
public sealed class ShortMoveTests
{
    private const int Distances = 70;
    private const int Guard = 8;

    // All short ones, those around steps of a vector, and those that are left to the framework.
    private static IEnumerable<int> Lengths => [.. Enumerable.Range(0, 200), 255, 256, 257, 511, 512, 1000, 1023, 1024, 1025, 5000];

    [TestMethod]
    public void It_copies_as_the_framework_does_whatever_overlaps()
    {
        foreach (int length in Lengths)
        {
            byte[] bytes = new byte[length + (2 * (Distances + Guard))];
            byte[] expected = new byte[bytes.Length];
            for (int distance = -Distances; distance <= Distances; distance++)
            {
                for (int i = 0; i < bytes.Length; i++)
                    bytes[i] = expected[i] = (byte)((i * 167) + (i >> 8));
                int from = Distances + Guard;
                Array.Copy(expected, from, expected, from + distance, length);
                ShortMove.Copy<byte>(bytes.AsSpan(from, length), bytes.AsSpan(from + distance, length));
                Assert.IsTrue(bytes.AsSpan().SequenceEqual(expected), $"{length} bytes by {distance}");
            }
        }
    }

    [TestMethod]
    public void It_copies_wider_elements_and_between_arrays()
    {
        double[] doubles = [.. Enumerable.Range(0, 100).Select(i => (double)i)];
        ShortMove.Copy<double>(doubles.AsSpan(10, 62), doubles.AsSpan(11));
        CollectionAssert.AreEqual(Enumerable.Range(0, 100).Select(i => i is >= 11 and < 73 ? i - 1.0 : i).ToArray(), doubles);
        uint[] target = new uint[7];
        ShortMove.Copy<uint>([1, 2, 3, 4, 5], target);
        CollectionAssert.AreEqual(new uint[] { 1, 2, 3, 4, 5, 0, 0 }, target);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(40)]
    [DataRow(2000)]
    public void A_target_that_is_too_short_is_refused_and_nothing_is_written(int length)
    {
        byte[] target = new byte[length - 1];
        Assert.ThrowsExactly<ArgumentException>(() => ShortMove.Copy<byte>(Enumerable.Repeat((byte)1, length).ToArray(), target));
        CollectionAssert.AreEqual(new byte[length - 1], target);
    }
}
