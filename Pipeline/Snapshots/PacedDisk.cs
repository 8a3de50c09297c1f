// A writer belongs to who writes, one write at a time; the rest holds nothing.

namespace DragonflyFlow.Pipeline.Snapshots;

/// <summary>A disk whose files are written no faster than so many bytes a second each: for disks that others need too, and to see what a slow one does.</summary>
internal sealed class PacedDisk(IDisk disk, long bytesPerSecond, TimeProvider time) : IDisk
{
    public IReadOnlyList<DiskFile> List(string directory) => disk.List(directory);

    public IDiskWriter Create(string path) => new Writer(disk.Create(path), bytesPerSecond, time);

    public IDiskReader Open(string path) => disk.Open(path);

    public void Rename(string from, string to) => disk.Rename(from, to);

    public void Delete(string path) => disk.Delete(path);

    public void FlushDirectory(string directory) => disk.FlushDirectory(directory);

    private sealed class Writer(IDiskWriter inner, long bytesPerSecond, TimeProvider time) : IDiskWriter
    {
        private readonly long _began = time.GetTimestamp();
        private long _written;

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            await inner.WriteAsync(bytes);
            _written += bytes.Length;
            TimeSpan early = TimeSpan.FromSeconds((double)_written / bytesPerSecond) - time.GetElapsedTime(_began);
            if (early > TimeSpan.Zero)
                await Task.Delay(early, time);
        }

        public ValueTask FlushAsync() => inner.FlushAsync();

        public void Dispose() => inner.Dispose();
    }
}
