namespace DragonflyFlow.Protocol.Server.Io;

/// <summary>What may have happened to a connection since its last turn. A signal too many is harmless; a signal too few would hang the connection.</summary>
[Flags]
internal enum ConnectionSignals
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The socket may have bytes.</summary>
    Readable = 1,

    /// <summary>The socket may take bytes.</summary>
    Writable = 2,

    /// <summary>The peer sends no more, or has gone.</summary>
    Hangup = 4,

    /// <summary>The session asks for a turn.</summary>
    Resumed = 8,

    /// <summary>The turn that the connection gave up for others.</summary>
    Yielded = 16,

    /// <summary>Look at time limits.</summary>
    Inspect = 32,

    /// <summary>Finish the batch at hand, send, close.</summary>
    Finish = 64,

    /// <summary>Close at once.</summary>
    Kill = 128,

    /// <summary>Send what was put off (<see cref="ITransport.PutOffSend"/>).</summary>
    Flush = 256,
}
