using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Storage.Formats;

/// <summary>RDB files that are cut off or changed: refused with a place and a reason, or, where no checksum tells, read as something; never a throw.</summary>
[TestClass]
public sealed class RdbFileDamageTests
{
    private const int Damages = 10_000;
    private const long BytesMax = 4 * 1024 * 1024;

    [TestMethod]
    public void EveryTruncationIsRefused()
    {
        byte[] file = SmallFile();
        List<string> items = RdbFiles.Read(file);
        for (int length = 0; length < file.Length; length++)
        {
            List<string> cut = RdbFiles.Read(file[..length]);
            Assert.IsTrue(RdbFiles.IsRefused(cut), $"{length} bytes");
            CollectionAssert.AreEqual(items[..(cut.Count - 1)], cut[..^1], $"{length} bytes: what came before the end is what is in the file");
        }
    }

    [TestMethod]
    public void EveryFlippedBitIsSeen()
    {
        byte[] file = SmallFile();
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            byte[] flipped = [.. file];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.IsTrue(RdbFiles.IsRefused(RdbFiles.Read(flipped)), $"byte {bit / 8}, bit {bit % 8}");
        }
    }

    [TestMethod]
    public void DamageNeverThrowsNorTakesMuchMemory()
    {
        int seed = Environment.GetEnvironmentVariable("DFLOW_REPLAY") is { Length: > 0 } replay ? int.Parse(replay) : 20260201;
        byte[] file = SmallFile();
        int refused = 0;
        for (int i = 0; i < Damages; i++)
        {
            Random random = new(seed + i);
            byte[] damaged = [.. FileDamage.Of(file[..^8], random), .. new byte[8]];

            // Half of them with a checksum that is right again, so that what is behind it is tried.
            if (random.Next(2) == 0)
                LegacyFile.Reseal(damaged);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                if (!TryRead(damaged, random))
                    refused++;
            }
            catch (Exception e)
            {
                throw new AssertFailedException($"DFLOW_REPLAY={seed + i}: {Convert.ToHexString(damaged)}", e);
            }

            Assert.IsLessThan(BytesMax, GC.GetAllocatedBytesForCurrentThread() - before, $"DFLOW_REPLAY={seed + i}");
        }

        Assert.IsGreaterThan(Damages / 4, refused, "damage that is seen");
    }

    private static bool TryRead(byte[] file, Random random)
    {
        using RdbFileReader reader = new();
        int start = 0;
        int end = 0;
        while (true)
        {
            switch (reader.Read(file.AsSpan(start, end - start), end == file.Length, out int used, out RdbFileItem item))
            {
                case SnapshotReadStatus.Bad:
                    Assert.IsNotNull(reader.Problem);
                    return false;
                case SnapshotReadStatus.NeedMore:
                    end = Math.Min(file.Length, end + 1 + random.Next(400));
                    break;
                default:
                    start += used;
                    if (item.Kind == RdbItemKind.End)
                        return true;
                    break;
            }
        }
    }

    private static byte[] SmallFile()
    {
        SampleKey[] keys = [.. DamagedPayloadTests.Corpus().Where(payload => payload.Length < 300).Select((payload, i) => new SampleKey(i % 3, $"key:{i}", i % 2 * 1_900_000_000_000, payload))];
        using Keyspace keyspace = SnapshotSamples.Hold(keys);
        return RdbFiles.Write([keyspace], compress: true, function: "#!lua name=lib\nredis.register_function('f', function() return 1 end)");
    }
}
