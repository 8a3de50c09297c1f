using DragonflyFlow.Pipeline.Snapshots;
using DragonflyFlow.Protocol.Server.Disk;

namespace DragonflyFlow.Tests.Protocol.Server.Disk;

/// <summary>Files as they lie on a real disk, written past the system's cache and not: what was written is what is there.</summary>
[TestClass]
public sealed class FileDiskTests
{
    private const int AtOnce = FileWriter.BytesAtOnce;

    private readonly string _directory = Directory.CreateTempSubdirectory("dflow-disk-").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_directory, recursive: true);

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(4096)]
    [DataRow(AtOnce - 1)]
    [DataRow(AtOnce)]
    [DataRow(AtOnce + 1)]
    [DataRow((3 * AtOnce) + 4097)]
    [DataRow(20 * AtOnce)]
    public async Task What_was_written_is_there_in_pieces_of_any_length(int bytes)
    {
        foreach (bool isDirect in new[] { true, false })
        {
            Random random = new(bytes);
            byte[] content = new byte[bytes];
            random.NextBytes(content);
            string path = Path.Combine(_directory, $"{isDirect}-{bytes}");
            using (IDiskWriter file = new FileDisk(() => isDirect).Create(path))
            {
                for (int at = 0; at < bytes;)
                {
                    int count = Math.Min(bytes - at, random.Next(1, 600_000));
                    await file.WriteAsync(content.AsMemory(at, count));
                    at += count;
                }

                await file.FlushAsync();
                CollectionAssert.AreEqual(content, await File.ReadAllBytesAsync(path), $"{bytes} bytes, direct {isDirect}");
            }

            CollectionAssert.AreEqual(content, await ReadAsync(path), $"{bytes} bytes, direct {isDirect}");
        }
    }

    [TestMethod]
    public async Task A_file_goes_on_behind_a_flush_in_the_middle_of_a_page()
    {
        byte[] content = new byte[(3 * AtOnce) + 5];
        new Random(1).NextBytes(content);
        string path = Path.Combine(_directory, "file");
        using (IDiskWriter file = new FileDisk(() => true).Create(path))
        {
            foreach (Range part in new[] { ..(AtOnce + 7), (AtOnce + 7).. })
            {
                await file.WriteAsync(content.AsMemory(part));
                await file.FlushAsync();
            }
        }

        CollectionAssert.AreEqual(content, await ReadAsync(path));
    }

    [TestMethod]
    public async Task What_is_big_goes_past_the_cache_where_that_can_be_and_what_is_small_does_not()
    {
        string path = Path.Combine(_directory, "file");
        using FileWriter file = (FileWriter)new FileDisk(() => true).Create(path);
        await file.WriteAsync(new byte[AtOnce - 1]);
        Assert.IsFalse(file.IsDirect, "it may end here");
        await file.WriteAsync(new byte[1]);
        using FileStream same = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        bool canBe = DirectIo.TryBegin(same.SafeFileHandle);
        Assert.AreEqual(canBe, file.IsDirect);
        await file.FlushAsync();
        Assert.IsFalse(file.IsDirect);
        using FileWriter other = (FileWriter)new FileDisk(() => false).Create(path + "2");
        await other.WriteAsync(new byte[2 * AtOnce]);
        Assert.IsFalse(other.IsDirect);
    }

    [TestMethod]
    public async Task What_the_file_system_refuses_goes_the_usual_way()
    {
        byte[] content = new byte[(4 * AtOnce) + 11];
        new Random(2).NextBytes(content);
        string path = Path.Combine(_directory, "file");
        // Where the bytes lie is no place that direct I/O takes them from.
        AlignedBytes gathered = new(AtOnce, DirectIo.Alignment, skew: 1);
        using (FileWriter file = new(File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read), mayBeDirect: true, gathered))
        {
            await file.WriteAsync(content);
            Assert.IsFalse(file.IsDirect);
            await file.FlushAsync();
        }

        CollectionAssert.AreEqual(content, await ReadAsync(path));
    }

    private static async Task<byte[]> ReadAsync(string path)
    {
        using IDiskReader file = new FileDisk(() => true).Open(path);
        byte[] content = new byte[file.Bytes];
        int at = 0;
        for (int count; (count = await file.ReadAsync(content.AsMemory(at))) > 0;)
            at += count;
        Assert.AreEqual(content.Length, at);
        return content;
    }
}
