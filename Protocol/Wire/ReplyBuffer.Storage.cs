using System.Runtime.CompilerServices;

namespace DragonflyFlow.Protocol.Wire;

// The bytes behind the replies: one array from the pool, taken with the first reply.
public sealed partial class ReplyBuffer
{
    private const int InitialBytes = 4096;

    private byte[] _data = [];
    private int _length;

    /// <summary>Bytes written and not cleared.</summary>
    public int Length => _length;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _data.AsSpan(0, _length);

    /// <summary>What was written, for senders that keep it: valid until <see cref="Clear"/>, <see cref="Release"/> or the next reply.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _data.AsMemory(0, _length);

    /// <summary>Forgets what was written; a buffer that grew beyond <paramref name="keepBytesMax"/> is given back.</summary>
    public void Clear(int keepBytesMax = 65536)
    {
        _length = 0;
        if (_data.Length > keepBytesMax)
            Release();
    }

    /// <summary>Forgets what was written and gives the array back. The buffer can be used again.</summary>
    public void Release()
    {
        BytePool.Return(_data);
        _data = [];
        _length = 0;
    }

    /// <summary>Cuts what was written after <paramref name="length"/> (an error that replaces a half-written reply).</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _length);
        _length = length;
    }

    private Span<byte> Take(int bytes)
    {
        Ensure(bytes);
        Span<byte> taken = _data.AsSpan(_length, bytes);
        _length += bytes;
        return taken;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Ensure(int bytes)
    {
        if (_data.Length - _length < bytes)
            Grow(bytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int bytes)
    {
        long needed = (long)_length + bytes;
        if (needed > System.Array.MaxLength)
            throw new InvalidOperationException("The replies of one batch exceed what one buffer can hold.");

        long doubled = Math.Min(2L * _data.Length, System.Array.MaxLength);
        byte[] next = BytePool.Rent((int)Math.Max(Math.Max(doubled, needed), InitialBytes));
        Written.CopyTo(next);
        BytePool.Return(_data);
        _data = next;
    }

    private void EndBody(int length)
    {
        _length += length;
        _data[_length] = (byte)'\r';
        _data[_length + 1] = (byte)'\n';
        _length += 2;
    }
}
