namespace DragonflyFlow.Protocol.Client;

/// <summary>The server answered an error where the client cannot go on with one: while connecting.</summary>
public sealed class RespErrorException : Exception
{
    /// <summary>An error without a text.</summary>
    public RespErrorException()
    {
    }

    /// <summary>An error with the server's text.</summary>
    public RespErrorException(string message)
        : base(message)
    {
    }

    /// <summary>An error with the server's text and a cause.</summary>
    public RespErrorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
