namespace DragonflyFlow.Protocol.Wire;

/// <summary>
/// Bytes received from one client and not consumed yet: Data[Start..End). Owned by the connection's turn; while a batch is in flight its commands point
/// into <see cref="Data"/>, so nobody compacts, grows or writes before the batch is done.
/// </summary>
public sealed class InputBuffer
{
    /// <summary>The bytes.</summary>
    public byte[] Data { get; private set; } = new byte[4096];

    /// <summary>First byte that is not consumed.</summary>
    public int Start { get; set; }

    /// <summary>One past the last byte received.</summary>
    public int End { get; set; }

    /// <summary>Room for the next receive; may compact (moving Start to 0) or grow. Never empty.</summary>
    public Memory<byte> GetReceiveSpace() => throw new NotImplementedException();
}
