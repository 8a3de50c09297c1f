// Owner: whoever holds the buffer; one at a time. A shard's step fills it, and it is handed on in a message.

using System.Buffers;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// A growing run of borrowed bytes that can be cut back: what is written of a record that could not be finished is taken back, so that a chunk always ends
/// between records. Clear it and use it again; dispose it at the end.
/// </summary>
public sealed class SnapshotBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstBytes = 4096;

    // What is bigger is not lent: the pool would keep it long after the one big value that needed it.
    private const int BorrowedBytesMax = 4 * 1024 * 1024;

    private readonly int _bytesMax;
    private readonly int _bytesFirst;
    private byte[] _bytes = [];

    /// <summary>
    /// An empty buffer. What would make it longer than the limit throws <see cref="SnapshotBufferFullException"/>. <paramref name="bytesFirst"/> is what it borrows
    /// when it is first written to: as much as is known to come, so that nothing is copied while it grows.
    /// </summary>
    public SnapshotBuffer(int bytesMax = int.MaxValue, int bytesFirst = FirstBytes)
    {
        _bytesMax = Math.Min(bytesMax, Array.MaxLength);
        _bytesFirst = bytesFirst;
    }

    /// <summary>
    /// Has so many runs of bytes lie ready to be borrowed, with memory behind each of their pages: for what is new the kernel has to find it while somebody writes there for the first time, and that
    /// may be a shard, in its step.
    /// </summary>
    public static void Prepare(int runs, int bytes)
    {
        byte[][] borrowed = new byte[runs][];
        for (int run = 0; run < runs; run++)
        {
            borrowed[run] = ArrayPool<byte>.Shared.Rent(bytes);
            for (int page = 0; page < borrowed[run].Length; page += Environment.SystemPageSize)
                borrowed[run][page] = 0;
        }

        foreach (byte[] ready in borrowed)
            ArrayPool<byte>.Shared.Return(ready);
    }

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written; good until more is.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, Length);

    /// <summary>What has been written; good until more is.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>Whether there is room for so many bytes more in what is borrowed, or is at first.</summary>
    public bool HasRoom(int bytes) => bytes < (_bytes.Length == 0 ? Math.Min(_bytesFirst, _bytesMax) : _bytes.Length) - Length;

    /// <inheritdoc />
    public void Advance(int count)
    {
        if ((uint)count > (uint)(_bytes.Length - Length))
            throw new ArgumentOutOfRangeException(nameof(count), count, "More than there was room for.");
        Length += count;
    }

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (sizeHint >= _bytes.Length - Length)
            Grow(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(Length);
    }

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (sizeHint >= _bytes.Length - Length)
            Grow(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    /// <summary>Takes back what was written behind a length.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Length, nameof(length));
        Length = length;
    }

    /// <summary>Empties the buffer; one that has grown beyond a size is given back.</summary>
    public void Clear(int keepBytesMax = int.MaxValue)
    {
        Length = 0;
        if (_bytes.Length > keepBytesMax)
            Dispose();
    }

    /// <summary>Gives the memory back; the buffer is empty then and can be used again.</summary>
    public void Dispose()
    {
        Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    /// <summary>Bytes that have been written, to be written over.</summary>
    internal Span<byte> Written(int start, int length) => _bytes.AsSpan(0, Length).Slice(start, length);

    private void Grow(int more)
    {
        long needed = (long)Length + more;
        if (needed > _bytesMax)
            throw new SnapshotBufferFullException();
        long next = Math.Max(needed, Math.Min(Math.Max(_bytesFirst, 2L * _bytes.Length), _bytesMax));
        byte[] bigger = next > BorrowedBytesMax ? GC.AllocateUninitializedArray<byte>((int)next) : ArrayPool<byte>.Shared.Rent((int)next);
        WrittenSpan.CopyTo(bigger);
        Return(_bytes);
        _bytes = bigger;
    }

    private static void Return(byte[] bytes)
    {
        if (bytes.Length is > 0 and <= BorrowedBytesMax)
            ArrayPool<byte>.Shared.Return(bytes);
    }
}
