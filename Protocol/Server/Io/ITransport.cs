namespace DragonflyFlow.Protocol.Server.Io;

/// <summary>
/// The socket of one connection. All members are called from the connection's turn unless they say otherwise, and none of them waits. A result is a number of bytes, or one of
/// <see cref="WouldBlock"/> and <see cref="Broken"/>.
/// </summary>
internal interface ITransport : IDisposable
{
    /// <summary>Nothing can be moved now; a signal will come.</summary>
    const int WouldBlock = -1;

    /// <summary>The connection is of no use any more.</summary>
    const int Broken = -2;

    /// <summary>Whether a receive that does not fill its space has emptied the socket, so that the next one has to wait for a signal.</summary>
    bool ShortReceiveDrains { get; }

    /// <summary>Whether an operation that was begun uses memory of the connection. Its end brings a signal, after <see cref="Close"/> too.</summary>
    bool IsBusy { get; }

    /// <summary>Receives into <paramref name="space"/>; 0 is the peer's end. After WouldBlock the space is lent until the call is repeated with it.</summary>
    int Receive(Memory<byte> space);

    /// <summary>Whether <see cref="ReceiveAhead"/> is of use here.</summary>
    bool ReceivesAhead => false;

    /// <summary>
    /// Begins a receive while a send is under way and no receive is, so that the system is asked for both with one call; the space is lent as by
    /// <see cref="Receive"/>.
    /// </summary>
    void ReceiveAhead(Memory<byte> space) => throw new NotSupportedException();

    /// <summary>Sends what the socket takes of <paramref name="bytes"/>.</summary>
    int Send(ReadOnlyMemory<byte> bytes);

    /// <summary>Asks for the signal Writable once the socket takes bytes again; <paramref name="rest"/>, which is to be sent then, is lent until that.</summary>
    void WatchWritable(ReadOnlyMemory<byte> rest);

    /// <summary>Asks for a signal if the peer goes, while the connection does not receive.</summary>
    void WatchPeer();

    /// <summary>Whether the peer has gone, as far as can be told without receiving.</summary>
    bool IsPeerGone();

    /// <summary>Asks for another turn, after other connections had theirs.</summary>
    void Yield();

    /// <summary>
    /// Whether the send should wait until other connections that are ready have had their turns; the signal Flush comes then. Peers woken by one burst of
    /// replies come back in one burst of requests, which spares both sides wake-ups.
    /// </summary>
    bool PutOffSend() => false;

    /// <summary>
    /// Whether the turn that sends messages should wait until the calling thread has brought the events it has; the signals Resumed and Flush come then. A
    /// publisher's messages to one subscriber so share a send. Any thread.
    /// </summary>
    bool PutOffTurn() => false;

    /// <summary>Whether the connection's turns run on a thread of the engine, and the turn that is due was handed over to it; false on that thread, and of engines that have none. Any thread.</summary>
    bool TakeTurnOver() => false;

    /// <summary>Closes the socket.</summary>
    void Close();
}
