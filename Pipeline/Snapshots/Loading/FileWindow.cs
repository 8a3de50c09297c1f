// Owner: one reader.

using System.Buffers;

namespace DragonflyFlow.Pipeline.Snapshots.Loading;

/// <summary>The bytes of a file that have been read and not been used yet: what a sans-I/O reader is shown. Grows for an item that is bigger than it, shrinks afterwards.</summary>
internal sealed class FileWindow(IDiskReader file) : IDisposable
{
    private const int BytesUsual = 1024 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(BytesUsual);
    private int _start;
    private int _end;

    /// <summary>What is at hand.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(_start, _end - _start);

    /// <summary>The same; good until it is filled again.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(_start, _end - _start);

    /// <summary>Whether nothing follows it in the file.</summary>
    public bool IsLast { get; private set; }

    /// <summary>These bytes have been used.</summary>
    public void Use(int count) => _start += count;

    /// <summary>Reads on until at least so many bytes are at hand, or the file ends; returns how many were read.</summary>
    public async ValueTask<long> FillAsync(int bytesNeeded)
    {
        MakeRoom(Math.Max(bytesNeeded, _end - _start + 1));
        long read = 0;
        do
        {
            int count = await file.ReadAsync(_bytes.AsMemory(_end));
            if (count == 0)
            {
                IsLast = true;
                break;
            }

            _end += count;
            read += count;
        }
        while (_end - _start < bytesNeeded);
        return read;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        file.Dispose();
    }

    private void MakeRoom(int bytesNeeded)
    {
        int used = _end - _start;
        if (bytesNeeded <= _bytes.Length && (_bytes.Length <= 2 * BytesUsual || used > BytesUsual))
        {
            _bytes.AsSpan(_start, used).CopyTo(_bytes);
        }
        else
        {
            byte[] other = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(BytesUsual, bytesNeeded + (bytesNeeded / 2L))));
            _bytes.AsSpan(_start, used).CopyTo(other);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = other;
        }

        _start = 0;
        _end = used;
    }
}
