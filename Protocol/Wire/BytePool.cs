using System.Buffers;

namespace DragonflyFlow.Protocol.Wire;

/// <summary>
/// Where the growing buffers take their arrays from. Arrays above <see cref="PooledBytesMax"/> are left to the collector: the shared pool would keep
/// one client's half gigabyte alive long after the client is gone.
/// </summary>
internal static class BytePool
{
    internal const int PooledBytesMax = 1 << 20;

    internal static byte[] Rent(int bytesMin) =>
        bytesMin <= PooledBytesMax ? ArrayPool<byte>.Shared.Rent(bytesMin) : GC.AllocateUninitializedArray<byte>(bytesMin);

    internal static void Return(byte[] array)
    {
        if (array.Length is > 0 and <= PooledBytesMax)
            ArrayPool<byte>.Shared.Return(array);
    }
}
