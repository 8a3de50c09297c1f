using DragonflyFlow.Storage.Formats;
using DragonflyFlow.Storage.Formats.Df;
using DragonflyFlow.Storage.Keyspace;
using DragonflyFlow.Tests.Support;

namespace DragonflyFlow.Tests.Storage.Formats.Df;

/// <summary>Files of our own format: what is written is read again; what is cut off or changed anywhere is refused, and nothing throws.</summary>
[TestClass]
public sealed class DfFileTests
{
    private const int Damages = 2000;
    private const long BytesMax = 4 * 1024 * 1024;

    [TestMethod]
    public void WhatIsWrittenIsReadAgain() => ModelCheck.Run(
        SnapshotSamples.Keys([.. DamagedPayloadTests.Corpus()]),
        keys =>
        {
            using Keyspace keyspace = SnapshotSamples.Hold(keys);
            foreach (DfCompression compression in Enum.GetValues<DfCompression>())
            {
                byte[] file = DfFiles.Write(keyspace, compression, 1 + (keys.Length % 7));
                using Keyspace other = new(new KeyspaceOptions());
                Assert.IsNull(DfFiles.Read(file, other));
                Assert.AreEqual(SnapshotSamples.Digest(keyspace), SnapshotSamples.Digest(other));
            }
        },
        count: 40,
        lengthMax: 40);

    [TestMethod]
    public void EveryTruncationIsRefused()
    {
        byte[] file = DfFiles.Small();
        for (int length = 0; length < file.Length; length++)
            Assert.IsNotNull(DfFiles.Read(file[..length]), $"{length} bytes");
        Assert.AreEqual(file.Length, DfFiles.Read([.. file, 0])!.Offset);
        Assert.IsNull(DfFiles.Read(file));
    }

    [TestMethod]
    public void EveryFlippedBitIsSeen()
    {
        byte[] file = DfFiles.Small();
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            byte[] flipped = [.. file];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.IsNotNull(DfFiles.Read(flipped), $"byte {bit / 8}, bit {bit % 8}");
        }
    }

    [TestMethod]
    public void AManifestThatIsCutOffOrChangedIsRefused()
    {
        DfManifest manifest = new(7, new Dictionary<string, string> { ["a"] = "b" }, ["code"u8.ToArray()], [new DfShardFile("x-0000.dfs", 10, 2, 3), new DfShardFile("x-0001.dfs", 20, 4, ulong.MaxValue)]);
        using SnapshotBuffer buffer = new();
        manifest.Write(buffer);
        byte[] file = buffer.WrittenSpan.ToArray();
        DfManifest read = DfManifest.Read(file, out FormatProblem? none)!;
        Assert.IsNull(none);
        CollectionAssert.AreEqual(manifest.Files.ToArray(), read.Files.ToArray());
        Assert.AreEqual("b", read.About["a"]);
        Assert.IsTrue(read.Libraries[0].Span.SequenceEqual("code"u8));
        Assert.AreEqual((6L, 30L, 7L), (read.Records, read.Bytes, read.Id));
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            byte[] flipped = [.. file];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.IsNull(DfManifest.Read(flipped, out FormatProblem? problem), $"bit {bit}");
            Assert.IsNotNull(problem);
            Assert.IsNull(DfManifest.Read(file.AsMemory(0, bit / 8), out problem));
            Assert.IsNotNull(problem);
        }

        Assert.IsNull(DfManifest.Read((byte[])[.. file, 0], out FormatProblem? more));
        Assert.AreEqual(file.Length, more!.Offset);
        Assert.IsNull(DfManifest.Read(DfFiles.Small(), out more), "a file of records is no manifest");
    }

    [TestMethod]
    public void DamageNeverThrowsNorTakesMuchMemory()
    {
        int seed = Environment.GetEnvironmentVariable("DFLOW_REPLAY") is { Length: > 0 } replay ? int.Parse(replay) : 20260201;
        byte[] file = DfFiles.Small();
        int resealed = 0;
        for (int i = 0; i < Damages; i++)
        {
            Random random = new(seed + i);

            // Half of them with checksums that are right again, so that what is behind them is tried.
            byte[] damaged = random.Next(2) == 0 ? FileDamage.Of(file, random) : DfFiles.Wrap(FileDamage.Of(DfFiles.SmallRecords(), random), random.Next(1, 9));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using Keyspace keyspace = new(new KeyspaceOptions());
                resealed += DfFiles.Read(damaged, keyspace) is null ? 1 : 0;
            }
            catch (Exception e)
            {
                throw new AssertFailedException($"DFLOW_REPLAY={seed + i}: {Convert.ToHexString(damaged)}", e);
            }

            Assert.IsLessThan(BytesMax, GC.GetAllocatedBytesForCurrentThread() - before, $"DFLOW_REPLAY={seed + i}");
        }

        Assert.IsLessThan(Damages / 4, resealed, "damage that is not seen, because the checksum is that of the damage");
    }

    [TestMethod]
    public void ItIsARowOfMessagePackValues()
    {
        MessagePack.MessagePackReader reader = new(DfFiles.Small());
        int values = 0;
        while (!reader.End)
        {
            Assert.AreEqual(MessagePack.MessagePackType.Extension, reader.NextMessagePackType);
            reader.Skip();
            values++;
        }

        Assert.IsGreaterThan(2, values);
    }
}
