// Owner: whoever writes the file, one call at a time; on the thread that calls, since an asynchronous write would be the same call on another thread of the pool, and two hops more.

using DragonflyFlow.Pipeline.Snapshots;
using Microsoft.Win32.SafeHandles;

namespace DragonflyFlow.Protocol.Server.Disk;

/// <summary>
/// A file being written. What is big goes past the system's cache where that can be (<see cref="DirectIo"/>): for each page of it the kernel would find memory, copy, and take it away again when the file is
/// replaced, on a core that clients need, and nobody reads a snapshot soon. The end of a file and small ones go the usual way, and so does all of it from the first refusal on.
/// </summary>
internal sealed class FileWriter : IDiskWriter
{
    /// <summary>Bytes that are written at a time.</summary>
    public const int BytesAtOnce = 1024 * 1024;

    private const int WritebackBytes = 8 * BytesAtOnce;

    private readonly SafeFileHandle _file;
    private readonly AlignedBytes _gathered;
    private int _filled;
    private long _length;
    private long _onItsWay;
    private bool _mayBeDirect;

    /// <summary>A writer of an empty file, which is its own from here on.</summary>
    public FileWriter(SafeFileHandle file, bool mayBeDirect)
        : this(file, mayBeDirect, new AlignedBytes(BytesAtOnce, DirectIo.Alignment))
    {
    }

    /// <summary>The same; what it writes at a time gathers in <paramref name="gathered"/>.</summary>
    internal FileWriter(SafeFileHandle file, bool mayBeDirect, AlignedBytes gathered)
    {
        _file = file;
        _mayBeDirect = mayBeDirect;
        _gathered = gathered;
    }

    /// <summary>Whether what is written now goes past the cache.</summary>
    internal bool IsDirect { get; private set; }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int count = Math.Min(bytes.Length, _gathered.Length - _filled);
            bytes.Span[..count].CopyTo(_gathered.Span[_filled..]);
            bytes = bytes[count..];
            _filled += count;
            if (_filled == _gathered.Length)
                WriteFull();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask FlushAsync()
    {
        EndDirect();
        Write();
        RandomAccess.FlushToDisk(_file);
        return ValueTask.CompletedTask;
    }

    public void Dispose() => _file.Dispose();

    private void WriteFull()
    {
        if (_mayBeDirect && !IsDirect)
            IsDirect = _mayBeDirect = DirectIo.TryBegin(_file);
        try
        {
            Write();
        }
        catch (IOException) when (IsDirect)
        {
            // What is more than an objection to this way, as a full disk is, comes again.
            EndDirect();
            Write();
        }

        if (!IsDirect && _length - _onItsWay >= WritebackBytes)
        {
            PageCache.BeginWriting(_file, _onItsWay, _length - _onItsWay);
            _onItsWay = _length;
        }
    }

    private void Write()
    {
        RandomAccess.Write(_file, _gathered.Span[.._filled], _length);
        _length += _filled;
        _filled = 0;
    }

    // For good: what follows need not begin with a page.
    private void EndDirect()
    {
        _mayBeDirect = false;
        if (IsDirect)
            DirectIo.End(_file);
        IsDirect = false;
    }
}
