using DragonflyFlow.Storage.Table;

namespace DragonflyFlow.Tests.Storage.Table;

[TestClass]
public class KeyHashTests
{
    [TestMethod]
    public void KeysMadeToCancelAKnownFactorDoNotCollide()
    {
        // 0x8EBC6AF09C88C6E3 was the factor of the last 8 bytes: with it in the key the product, and so the hash, was 0 for every key and
        // seed.
        HashSet<ulong> hashes = [];
        for (ulong i = 0; i < 1000; i++)
            hashes.Add(KeyHash.Of([.. BitConverter.GetBytes(i), .. BitConverter.GetBytes(0x8EBC6AF09C88C6E3UL)]));
        Assert.HasCount(1000, hashes);
    }

    [TestMethod]
    public void EveryLengthHashesAllItsBytes()
    {
        byte[] key = new byte[100];
        for (int length = 1; length <= key.Length; length++)
        {
            HashSet<ulong> hashes = [KeyHash.Of(key.AsSpan(0, length))];
            for (int i = 0; i < length; i++)
            {
                key[i] = 1;
                hashes.Add(KeyHash.Of(key.AsSpan(0, length)));
                key[i] = 0;
            }

            Assert.HasCount(length + 1, hashes);
        }
    }

    [TestMethod]
    public void ShardsHomesAndFingerprintsAreEvenlyUsed()
    {
        int[] shards = new int[3], homes = new int[60], fingerprints = new int[256];
        for (int i = 0; i < 60_000; i++)
        {
            ulong hash = KeyHash.Of(System.Text.Encoding.ASCII.GetBytes($"user:{i}:profile"));
            shards[KeyHash.ShardOf(hash, 3)]++;
            homes[Segment.HomeOf(hash)]++;
            fingerprints[(byte)hash]++;
        }

        CheckEven(shards, 20_000, 600);
        CheckEven(homes, 1000, 160);
        CheckEven(fingerprints, 234, 80);
    }

    private static void CheckEven(int[] counts, int expected, int within)
    {
        foreach (int count in counts)
            Assert.IsLessThanOrEqualTo(within, Math.Abs(count - expected));
    }
}
