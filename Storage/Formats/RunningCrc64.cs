// Owner: one user.

namespace DragonflyFlow.Storage.Formats;

/// <summary>The checksum (<see cref="Crc64"/>) of what comes in small pieces: they are gathered, because long runs go several times as fast.</summary>
internal sealed class RunningCrc64
{
    private readonly byte[] _gathered = new byte[4096];
    private int _length;
    private ulong _crc;

    /// <summary>The checksum of all that was added.</summary>
    public ulong Value
    {
        get
        {
            Flush();
            return _crc;
        }
    }

    /// <summary>Adds bytes behind those before.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _gathered.Length - _length)
            Flush();
        if (bytes.Length > _gathered.Length)
        {
            _crc = Crc64.Append(_crc, bytes);
            return;
        }

        bytes.CopyTo(_gathered.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Flush()
    {
        _crc = Crc64.Append(_crc, _gathered.AsSpan(0, _length));
        _length = 0;
    }
}
