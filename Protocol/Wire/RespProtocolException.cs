namespace DragonflyFlow.Protocol.Wire;

/// <summary>The other side sent bytes that are no RESP, or more than the limits allow. The connection cannot be used any more.</summary>
public sealed class RespProtocolException : FormatException
{
    /// <summary>An error without a text.</summary>
    public RespProtocolException()
    {
    }

    /// <summary>An error that says what was wrong.</summary>
    public RespProtocolException(string message)
        : base(message)
    {
    }

    /// <summary>An error that says what was wrong, with its cause.</summary>
    public RespProtocolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
