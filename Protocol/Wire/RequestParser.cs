namespace DragonflyFlow.Protocol.Wire;

/// <summary>Where one argument lies.</summary>
public struct ArgRange
{
    /// <summary>Offset of the first byte in the input buffer's array.</summary>
    public int Offset;

    /// <summary>Bytes.</summary>
    public int Length;
}

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

/// <summary>Growing list of argument ranges of all commands of one batch, reused from batch to batch.</summary>
public sealed class ArgList
{
    /// <summary>The ranges.</summary>
    public ArgRange[] Items { get; private set; } = new ArgRange[64];

    /// <summary>Ranges in use.</summary>
    public int Count { get; set; }

    /// <summary>Adds one range.</summary>
    public void Add(int offset, int length)
    {
        if (Count == Items.Length)
        {
            ArgRange[] grown = new ArgRange[Items.Length * 2];
            Items.CopyTo(grown, 0);
            Items = grown;
        }

        Items[Count++] = new ArgRange { Offset = offset, Length = length };
    }
}

/// <summary>Incremental reader of client requests: RESP arrays of bulk strings, and inline commands. Resumes where the bytes ended.</summary>
public sealed class RequestParser
{
    /// <summary>The text of a protocol error, without "ERR ".</summary>
    public string? Error => throw new NotImplementedException();

    /// <summary>
    /// Reads one command from <paramref name="input"/>, appending its arguments (ranges into input.Data) to <paramref name="args"/> and moving input.Start past it.
    /// On NeedMore the arguments read so far stay inside the parser, which resumes after the next receive.
    /// </summary>
    public ParseResult TryRead(InputBuffer input, ArgList args) => throw new NotImplementedException();
}
