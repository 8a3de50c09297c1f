using DragonflyFlow.Pipeline.Snapshots;
using Microsoft.Win32.SafeHandles;

namespace DragonflyFlow.Protocol.Server.Disk;

/// <summary>The file system as snapshots need it.</summary>
internal sealed class FileDisk : IDisk
{
    public IReadOnlyList<DiskFile> List(string directory)
        => [.. new DirectoryInfo(directory).EnumerateFiles().Select(file =>
            new DiskFile(file.Name, file.Length, new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeMilliseconds()))];

    public IDiskWriter Create(string path) => new Writer(File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read));

    public IDiskReader Open(string path) => new Reader(File.OpenHandle(path, options: FileOptions.SequentialScan));

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    // A name is durable when its directory has been flushed, which is a system call of its own on Unix and does not exist on Windows.
    public void FlushDirectory(string directory)
    {
        if (!OperatingSystem.IsWindows())
            DirectorySync.Flush(directory);
    }

    private sealed class Writer(SafeFileHandle file) : IDiskWriter
    {
        private const int WritebackBytes = 8 * 1024 * 1024;

        private long _length;
        private long _onItsWay;

        // On this thread: an asynchronous write would be the same call on another thread of the pool, and two hops more.
        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            RandomAccess.Write(file, bytes.Span, _length);
            _length += bytes.Length;
            if (_length - _onItsWay >= WritebackBytes)
            {
                Writeback.Begin(file, _onItsWay, _length - _onItsWay);
                _onItsWay = _length;
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask FlushAsync()
        {
            RandomAccess.FlushToDisk(file);
            return ValueTask.CompletedTask;
        }

        public void Dispose() => file.Dispose();
    }

    private sealed class Reader(SafeFileHandle file) : IDiskReader
    {
        private long _at;

        public long Bytes { get; } = RandomAccess.GetLength(file);

        public async ValueTask<int> ReadAsync(Memory<byte> into)
        {
            int count = await RandomAccess.ReadAsync(file, into, _at);
            _at += count;
            return count;
        }

        public void Dispose() => file.Dispose();
    }
}
