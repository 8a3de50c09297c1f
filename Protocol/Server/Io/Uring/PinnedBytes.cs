// Owner: the thread of its loop.

using System.Runtime.InteropServices;

namespace DragonflyFlow.Protocol.Server.Io.Uring;

/// <summary>
/// Keeps the array that an operation uses where it is. It stays pinned until another takes its place, since a connection receives into one array and sends from one,
/// again and again, and pinning costs more than a comparison.
/// </summary>
internal sealed class PinnedBytes : IDisposable
{
    private byte[]? _array;
    private GCHandle _handle;

    /// <summary>The address of <paramref name="bytes"/>, valid until the next call.</summary>
    public nint AddressOf(ReadOnlyMemory<byte> bytes)
    {
        if (!MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> segment) || segment.Array is not { } array)
            throw new ArgumentException("Bytes that are sent and received lie in an array.", nameof(bytes));
        if (array != _array)
            Replace(array);
        return Marshal.UnsafeAddrOfPinnedArrayElement(array, segment.Offset);
    }

    public void Dispose()
    {
        if (_handle.IsAllocated)
            _handle.Free();
        _array = null;
    }

    private void Replace(byte[] array)
    {
        if (_handle.IsAllocated)
            _handle.Target = array;
        else
            _handle = GCHandle.Alloc(array, GCHandleType.Pinned);
        _array = array;
    }
}
