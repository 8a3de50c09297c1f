using DragonflyFlow.Pipeline.Snapshots;

namespace DragonflyFlow.Tests.Support;

/// <summary>
/// A disk in memory that can go wrong: full after so many bytes, read-only, slow, or stalled. Any thread. What is open and what was not flushed is known, so that a
/// test can say that nothing was left.
/// </summary>
internal sealed class MemoryDisk : IDisk
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, MemoryStream> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _flushed = [];
    private readonly Dictionary<string, long> _named = [];
    private int _open;
    private long _changes;

    /// <summary>Bytes that can still be written before the disk is full.</summary>
    public long BytesLeft { get; set; } = long.MaxValue;

    /// <summary>Whether nothing can be made, renamed or removed.</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>A directory in which nothing can be made; null if there is none.</summary>
    public string? ReadOnlyDirectory { get; set; }

    /// <summary>Names that can still be given before giving one fails.</summary>
    public int RenamesLeft { get; set; } = int.MaxValue;

    /// <summary>Which files cannot be removed; null if all can.</summary>
    public Func<string, bool>? RefusesDeletes { get; set; }

    /// <summary>What each write into a file of this name waits for; null if it does not.</summary>
    public Func<string, Task>? BeforeWrite { get; set; }

    /// <summary>What each read waits for; null if it does not.</summary>
    public Func<Task>? BeforeRead { get; set; }

    /// <summary>Files that are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>The names of all files.</summary>
    public string[] Names
    {
        get
        {
            lock (_lock)
                return [.. _files.Keys.Order()];
        }
    }

    /// <summary>Whether a file's bytes were flushed before it got its name.</summary>
    public bool IsFlushed(string name)
    {
        lock (_lock)
            return _flushed.Contains(name);
    }

    /// <summary>A file's bytes.</summary>
    public byte[] Read(string name)
    {
        lock (_lock)
            return _files[name].ToArray();
    }

    /// <summary>Puts a file there.</summary>
    public void Write(string name, byte[] bytes)
    {
        lock (_lock)
        {
            _files[name] = Stream(bytes);
            _named[name] = ++_changes;
        }
    }

    public IReadOnlyList<DiskFile> List(string directory)
    {
        lock (_lock)
        {
            return [.. _files.Where(file => Name(Path.Combine(directory, Path.GetFileName(file.Key))) == file.Key)
                .Select(file => new DiskFile(Path.GetFileName(file.Key), file.Value.Length, _named.GetValueOrDefault(file.Key)))];
        }
    }

    public IDiskWriter Create(string path)
    {
        ThrowIfReadOnly(path);
        lock (_lock)
        {
            if (!_files.TryAdd(Name(path), new MemoryStream()))
                throw new IOException($"'{path}' exists");
        }

        Interlocked.Increment(ref _open);
        return new Writer(this, Name(path));
    }

    IDiskReader IDisk.Open(string path)
    {
        lock (_lock)
        {
            if (!_files.TryGetValue(Name(path), out MemoryStream? bytes))
                throw new FileNotFoundException($"'{path}' is not there");
            Interlocked.Increment(ref _open);
            return new Reader(this, bytes.ToArray());
        }
    }

    public void Rename(string from, string to)
    {
        ThrowIfReadOnly(to);
        if (RenamesLeft-- <= 0)
            throw new IOException($"cannot rename '{from}'");
        lock (_lock)
        {
            _files.Remove(Name(from), out MemoryStream? bytes);
            _files[Name(to)] = bytes ?? throw new FileNotFoundException(from);
            _named[Name(to)] = ++_changes;
            if (_flushed.Remove(Name(from)))
                _flushed.Add(Name(to));
        }
    }

    public void Delete(string path)
    {
        ThrowIfReadOnly(path);
        if (RefusesDeletes?.Invoke(path) == true)
            throw new IOException($"cannot remove '{path}'");
        lock (_lock)
            _files.Remove(Name(path));
    }

    public void FlushDirectory(string directory)
    {
    }

    private static string Name(string path) => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;

    private static MemoryStream Stream(byte[] bytes)
    {
        MemoryStream stream = new();
        stream.Write(bytes);
        return stream;
    }

    private void ThrowIfReadOnly(string path)
    {
        if (IsReadOnly || (ReadOnlyDirectory is not null && path.StartsWith(ReadOnlyDirectory + "/", StringComparison.Ordinal)))
            throw new UnauthorizedAccessException($"'{path}' cannot be changed: read-only");
    }

    private sealed class Writer(MemoryDisk disk, string name) : IDiskWriter
    {
        private bool _isClosed;

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            if (disk.BeforeWrite is { } before)
                await before(name);
            lock (disk._lock)
            {
                Assert.IsFalse(_isClosed, $"a write into '{name}', which is closed");
                disk.BytesLeft -= bytes.Length;
                if (disk.BytesLeft < 0)
                    throw new IOException($"'{name}': no space left on device");
                disk._files[name].Write(bytes.Span);
                disk._flushed.Remove(name);
            }
        }

        public ValueTask FlushAsync()
        {
            lock (disk._lock)
                disk._flushed.Add(name);
            return ValueTask.CompletedTask;
        }

        public void Dispose()
        {
            if (_isClosed)
                return;
            _isClosed = true;
            Interlocked.Decrement(ref disk._open);
        }
    }

    private sealed class Reader(MemoryDisk disk, byte[] bytes) : IDiskReader
    {
        private int _at;
        private bool _isClosed;

        public long Bytes => bytes.Length;

        public async ValueTask<int> ReadAsync(Memory<byte> into)
        {
            if (disk.BeforeRead is { } before)
                await before();
            int count = Math.Min(into.Length, bytes.Length - _at);
            bytes.AsSpan(_at, count).CopyTo(into.Span);
            _at += count;
            return count;
        }

        public void Dispose()
        {
            if (_isClosed)
                return;
            _isClosed = true;
            Interlocked.Decrement(ref disk._open);
        }
    }
}
