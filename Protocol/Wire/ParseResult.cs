namespace DragonflyFlow.Protocol.Wire;

/// <summary>What <see cref="RequestParser.TryRead"/> found.</summary>
public enum ParseResult
{
    /// <summary>The bytes end within a command.</summary>
    NeedMore,

    /// <summary>One whole command.</summary>
    Command,

    /// <summary>An empty command (an empty line, *0, *-1): skipped without a reply.</summary>
    Empty,

    /// <summary>Bytes that are no request; <see cref="RequestParser.Error"/> has Redis's text. The connection is to be closed after the error reply.</summary>
    ProtocolError,
}
