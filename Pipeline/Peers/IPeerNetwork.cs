namespace DragonflyFlow.Pipeline.Peers;

/// <summary>How this node reaches others. Injected, so that tests can cut, stall and break what lies between.</summary>
public interface IPeerNetwork
{
    /// <summary>Connects to a node within a time.</summary>
    /// <exception cref="IOException">It cannot be reached.</exception>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    Task<IPeerLink> ConnectAsync(string host, int port, TimeSpan deadline);
}

/// <summary>
/// Bytes to and from another node. At most one read and one write are under way at a time (DESIGN rule 15); a write that the other side does not take waits.
/// Disposed by its user when nothing of it is under way any more.
/// </summary>
public interface IPeerLink : IAsyncDisposable
{
    /// <summary>Reads what is there, at least one byte; 0 when the other side has ended.</summary>
    /// <exception cref="IOException">The link is broken, or was cut.</exception>
    ValueTask<int> ReadAsync(Memory<byte> into);

    /// <summary>Writes all of it.</summary>
    /// <exception cref="IOException">The link is broken, or was cut.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Cuts the link: what is under way ends with an exception, and so does all that follows. Any thread, any number of times.</summary>
    void Abort();
}
