using System.Buffers;

namespace DragonflyFlow.Storage.Formats;

/// <summary>
/// Where a reader puts strings that do not stand in its input as they are: compressed ones, and integers. Two borrowed buffers in turn, so that a string
/// stays good while the next one is read. Dispose it.
/// </summary>
public sealed class RdbScratch : IDisposable
{
    private byte[] _current = [];
    private byte[] _other = [];

    /// <summary>Room for a string; what was taken before the last time is void.</summary>
    public Span<byte> Take(int length)
    {
        (_current, _other) = (_other, _current);
        if (length > _current.Length)
        {
            GiveBack(ref _current);
            _current = ArrayPool<byte>.Shared.Rent(length);
        }

        return _current.AsSpan(0, length);
    }

    /// <summary>Gives the buffers back.</summary>
    public void Dispose()
    {
        GiveBack(ref _current);
        GiveBack(ref _other);
    }

    private static void GiveBack(ref byte[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }
}
