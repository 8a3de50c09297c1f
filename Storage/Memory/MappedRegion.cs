// Concurrency rule of this file: one thread uses a region, and the kernel beside it. Words that both write are read and written through Volatile by the caller.

using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DragonflyFlow.Storage.Memory;

/// <summary>Memory that the process shares with the kernel through a descriptor, as the rings of io_uring(7). Every access is checked against its bounds and its life.</summary>
public sealed unsafe class MappedRegion : IDisposable
{
    private const int SharedPopulated = 0x8001; // MAP_SHARED | MAP_POPULATE of mmap(2)

    private readonly int _bytes;
    private byte* _start;

    /// <summary>Maps <paramref name="bytes"/> bytes of a descriptor, from <paramref name="offset"/> on.</summary>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public MappedRegion(int descriptor, long offset, int bytes)
    {
        nint start = MemoryMap.Map(0, (nuint)bytes, MemoryMap.ReadWrite, SharedPopulated, descriptor, (nint)offset);
        if (start == MemoryMap.Failed)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"mmap failed: {Marshal.GetLastPInvokeErrorMessage()}");
        _start = (byte*)start;
        _bytes = bytes;
    }

    /// <summary>What lies at an offset in bytes.</summary>
    public ref T At<T>(int offset)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset, (uint)(_bytes - sizeof(T)), nameof(offset));
        ObjectDisposedException.ThrowIf(_start is null, this);
        return ref *(T*)(_start + offset);
    }

    /// <summary>Gives the memory back. Nobody may hold a reference into it.</summary>
    public void Dispose()
    {
        if (_start is null)
            return;
        _ = MemoryMap.Unmap((nint)_start, (nuint)_bytes);
        _start = null;
    }
}
