namespace DragonflyFlow.Protocol.Wire;

/// <summary>
/// Finds where a reply ends while its bytes arrive. Goes over each element once however small the pieces are: it needs no stack, only the number of elements
/// that are still to come. One scanner per connection; after a whole reply it begins with the next.
/// </summary>
public struct RespFrameScanner
{
    private readonly RespLimits _limits;
    private int _position;
    private long _missing;

    /// <summary>A scanner before the first reply.</summary>
    public RespFrameScanner(RespLimits limits) => _limits = limits;

    /// <summary>Bytes of the reply that were gone over without finding its end.</summary>
    public readonly int Position => _position;

    /// <summary>
    /// Looks for the end of the reply that begins with the first of <paramref name="bytes"/>: true and its length, or false when more is needed; then the next
    /// call brings the same bytes with more behind them.
    /// </summary>
    /// <exception cref="RespProtocolException">The bytes are no RESP, or the reply exceeds the limits.</exception>
    public bool TryScan(ReadOnlySpan<byte> bytes, out int length)
    {
        RespLimits limits = _limits ?? RespLimits.Default;
        RespReader reader = new(bytes[_position..], limits);
        int start = _position;
        if (start == 0)
            _missing = 1;

        length = 0;
        while (_missing > 0)
        {
            if (!reader.TryRead())
            {
                CheckSize(limits, bytes.Length);
                return false;
            }

            // An attribute comes before its element and does not stand for it.
            _missing += reader.Kind == RespKind.Attribute ? reader.Count : reader.Count - 1;
            _position = start + reader.Position;
            CheckSize(limits, _position);
        }

        length = _position;
        _position = 0;
        return true;
    }

    private static void CheckSize(RespLimits limits, int bytes)
    {
        if (bytes > limits.FrameBytesMax)
            throw new RespProtocolException($"RESP: a reply of more than {limits.FrameBytesMax} bytes");
    }
}
