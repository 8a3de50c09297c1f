using DragonflyFlow.Pipeline.Snapshots;

namespace DragonflyFlow.Tests.Simulator.Controls;

/// <summary>A disk between which and its store something goes wrong with what is written.</summary>
internal sealed class WrappedDisk(IDisk inner, Func<IDiskWriter, IDiskWriter> wrap) : IDisk
{
    public IReadOnlyList<DiskFile> List(string directory) => inner.List(directory);

    public IDiskWriter Create(string path) => wrap(inner.Create(path));

    public IDiskReader Open(string path) => inner.Open(path);

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void Delete(string path) => inner.Delete(path);

    public void FlushDirectory(string directory) => inner.FlushDirectory(directory);
}

/// <summary>Says that a write has ended when it has begun: nobody waits for what is under way, and what it writes from may be another's by then.</summary>
internal sealed class UnawaitedWriter(IDiskWriter inner) : IDiskWriter
{
    private Task _underWay = Task.CompletedTask;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        _underWay = WriteInTurnAsync(_underWay, bytes);
        return ValueTask.CompletedTask;
    }

    public ValueTask FlushAsync() => ValueTask.CompletedTask;

    public void Dispose() => _underWay = CloseInTurnAsync(_underWay);

    private async Task WriteInTurnAsync(Task before, ReadOnlyMemory<byte> bytes)
    {
        await before;
        await inner.WriteAsync(bytes);
    }

    private async Task CloseInTurnAsync(Task before)
    {
        await before;
        inner.Dispose();
    }
}

/// <summary>Flushes a file some time after it was closed: it has its name by then.</summary>
internal sealed class LateFlushWriter(IDiskWriter inner, TimeProvider time) : IDiskWriter
{
    private static readonly TimeSpan Later = TimeSpan.FromMilliseconds(400);

    private bool _isClosed;

    /// <summary>The late end, so that it is nobody's detached work.</summary>
    public Task Closing { get; private set; } = Task.CompletedTask;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => inner.WriteAsync(bytes);

    public ValueTask FlushAsync() => ValueTask.CompletedTask;

    public void Dispose()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        Closing = CloseAsync();
    }

    private async Task CloseAsync()
    {
        await Task.Delay(Later, time);
        await inner.FlushAsync();
        inner.Dispose();
    }
}

/// <summary>Writes the end of a file before the records that should stand before it.</summary>
internal sealed class EndFirstWriter(IDiskWriter inner) : IDiskWriter
{
    private readonly Queue<byte[]> _held = new();

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        _held.Enqueue(bytes.ToArray());
        if (_held.Count > 2)
            await inner.WriteAsync(_held.Dequeue());
    }

    public async ValueTask FlushAsync()
    {
        foreach (byte[] bytes in _held.Reverse())
            await inner.WriteAsync(bytes);
        _held.Clear();
        await inner.FlushAsync();
    }

    public void Dispose() => inner.Dispose();
}
