using DragonflyFlow.Pipeline.Snapshots;
using DragonflyFlow.Tests.Simulator.World;

namespace DragonflyFlow.Tests.Simulator.Disks;

/// <summary>The disk as one process has it, with the files that it holds open.</summary>
internal sealed class SimDiskHandle(SimDisk disk, SeededScheduler process) : IDisk
{
    private readonly SimDisk _disk = disk;
    private readonly SeededScheduler _process = process;

    /// <summary>Files that are open: none after a stop.</summary>
    public int OpenFiles { get; private set; }

    public IReadOnlyList<DiskFile> List(string directory) => _disk.List(directory);

    public IDiskWriter Create(string path) => new Writer(this, path, _disk.Make(Normal(path)));

    public IDiskReader Open(string path) => new Reader(this, path, _disk.Find(Normal(path)));

    public void Rename(string from, string to) => _disk.Rename(Normal(from), Normal(to));

    public void Delete(string path) => _disk.Delete(Normal(path));

    public void FlushDirectory(string directory) => _disk.FlushDirectory(directory);

    private static string Normal(string path) => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;

    private abstract class Opened : IDisposable
    {
        private readonly SimDiskHandle _handle;
        private bool _isClosed;
        private bool _isInUse;

        protected Opened(SimDiskHandle handle, string path)
        {
            _handle = handle;
            Path = path;
            handle.OpenFiles++;
        }

        protected string Path { get; }

        public void Dispose()
        {
            if (_isClosed)
                return;
            _isClosed = true;
            _handle.OpenFiles--;
            // Cancelled is not quiesced (fault F02).
            if (_isInUse)
                _handle._disk.Fail($"'{Path}' was closed while it was written or read");
        }

        /// <summary>Runs one operation; there is one at a time, on an open file.</summary>
        protected async Task<T> UseAsync<T>(Func<SimDisk, SeededScheduler, Task<T>> operation)
        {
            if (_isClosed || _isInUse)
                _handle._disk.Fail($"'{Path}' was used while it was {(_isClosed ? "closed" : "in use")}");
            _isInUse = true;
            try
            {
                return await operation(_handle._disk, _handle._process);
            }
            finally
            {
                _isInUse = false;
            }
        }
    }

    private sealed class Writer(SimDiskHandle handle, string path, SimFile file) : Opened(handle, path), IDiskWriter
    {
        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => await UseAsync((disk, process) => disk.WriteAsync(Path, file, bytes, process));

        public async ValueTask FlushAsync() => await UseAsync((disk, process) => disk.FlushAsync(Path, file, process));
    }

    private sealed class Reader(SimDiskHandle handle, string path, SimFile file) : Opened(handle, path), IDiskReader
    {
        private int _at;

        public long Bytes { get; } = file.Length;

        public async ValueTask<int> ReadAsync(Memory<byte> into)
        {
            int count = await UseAsync((disk, process) => disk.ReadAsync(file, _at, into, process));
            _at += count;
            return count;
        }
    }
}
