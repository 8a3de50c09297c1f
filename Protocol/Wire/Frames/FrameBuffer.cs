// One owner at a time: whoever fills it, then whoever it was handed to.

using System.Buffers;

namespace DragonflyFlow.Protocol.Wire.Frames;

/// <summary>A growing run of frames. Clear it and use it again; dispose it at the end.</summary>
public sealed class FrameBuffer : IBufferWriter<byte>, IDisposable
{
    private const int FirstBytes = 1024;

    private byte[] _bytes = [];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written; good until more is.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>What has been written; good until more is.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>Appends whole frames that were written elsewhere.</summary>
    public void Append(ReadOnlySpan<byte> frames)
    {
        frames.CopyTo(GetSpan(frames.Length));
        Length += frames.Length;
    }

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
        Ensure(sizeHint);
        return _bytes.AsSpan(Length);
    }

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsMemory(Length);
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
        BytePool.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    internal void Truncate(int length) => Length = length;

    private void Ensure(int more)
    {
        long needed = (long)Length + Math.Max(more, 1);
        if (needed <= _bytes.Length)
            return;
        long next = Math.Max(needed, Math.Min(Math.Max(FirstBytes, 2L * _bytes.Length), Array.MaxLength));
        byte[] bigger = BytePool.Rent(checked((int)next));
        Written.CopyTo(bigger);
        BytePool.Return(_bytes);
        _bytes = bigger;
    }
}
