using DragonflyFlow.Pipeline.Snapshots;
using Microsoft.Win32.SafeHandles;

namespace DragonflyFlow.Protocol.Server.Disk;

/// <summary>The file system as snapshots need it; <paramref name="mayBeDirect"/> is asked whether a file that is made may go past the system's cache.</summary>
internal sealed class FileDisk(Func<bool> mayBeDirect) : IDisk
{
    public IReadOnlyList<DiskFile> List(string directory)
        => [.. new DirectoryInfo(directory).EnumerateFiles().Select(file =>
            new DiskFile(file.Name, file.Length, new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeMilliseconds()))];

    public IDiskWriter Create(string path) => new FileWriter(File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read), mayBeDirect());

    public IDiskReader Open(string path) => new Reader(File.OpenHandle(path, options: FileOptions.SequentialScan));

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    // A name is durable when its directory has been flushed, which is a system call of its own on Unix and does not exist on Windows.
    public void FlushDirectory(string directory)
    {
        if (!OperatingSystem.IsWindows())
            DirectorySync.Flush(directory);
    }

    private sealed class Reader(SafeFileHandle file) : IDiskReader
    {
        private const int BytesAhead = 4 * 1024 * 1024;

        private long _at;
        private long _ahead;

        public long Bytes { get; } = RandomAccess.GetLength(file);

        public async ValueTask<int> ReadAsync(Memory<byte> into)
        {
            ReadOn(_at + into.Length);
            int count = await RandomAccess.ReadAsync(file, into, _at);
            _at += count;
            return count;
        }

        public void Dispose() => file.Dispose();

        // The system's own reading ahead is too short for whoever reads a snapshot: it waits for the disk after each of them.
        private void ReadOn(long until)
        {
            while (_ahead < Bytes && _ahead < until + BytesAhead)
            {
                PageCache.BeginReading(file, _ahead, BytesAhead);
                _ahead += BytesAhead;
            }
        }
    }
}
